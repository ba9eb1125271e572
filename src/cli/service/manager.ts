import type { ServicePlan } from '../../service/plan.ts'
import type { ExitCode } from '../command-line/exit-codes.ts'

/** A file that the service consists of. */
export interface ServiceFile {
  path: string
  text: string
  /** UTF-8 where nothing is said. */
  encoding?: 'utf16le'
}

/** What starts it when: for `doctor`, and for who installs it. */
export interface Endurance {
  /** A sentence's end, after the name of the service. */
  detail: string
  /** What to do that it is there after a reboot without anybody at the machine; absent where it is. */
  fix?: string
}

/** A system's manager of services, as far as a user has a part in it. */
export interface ServiceManager {
  /** For messages. */
  name: string
  files(plan: ServicePlan): ServiceFile[]
  /** The file that tells whether the service is installed. */
  mark: string
  /** Whether its log is kept by the manager, and not in the plan's file. */
  keepsLog: boolean
  /** @throws CliError where the manager is not there for this user */
  check(): Promise<void>
  /** Once its files are written. */
  enable(): Promise<void>
  disable(): Promise<void>
  restart(): Promise<ExitCode>
  status(): Promise<ExitCode>
  endurance(): Endurance
}

/** Where this user's files are, and who that is. */
export interface ServicePlace {
  env: NodeJS.ProcessEnv
  /** The numeric id; -1 where the system has none. */
  uid: number
  userName: string
}
