import { escapeXml } from './launchd.ts'
import { type ServicePlan, SERVICE } from './plan.ts'

/**
 * What the task runs, since a task has no variables and no log of its own.
 * @see https://learn.microsoft.com/windows-server/administration/windows-commands/set_1 (percents are doubled in batch files)
 */
export function windowsScript({ node, script, args, folder, environment, log }: ServicePlan): string {
  const lines = [
    '@echo off',
    'chcp 65001 >nul',
    ...Object.entries(environment).map(([name, value]) => `set "${forBatch(name)}=${forBatch(value)}"`),
    `cd /d "${forBatch(folder)}"`,
    `${[node, script, ...args].map((word) => `"${forBatch(word)}"`).join(' ')} >>"${forBatch(log)}" 2>&1`,
    'exit /b %errorlevel%',
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}

/**
 * The task that runs it at the user's login, without a window, and again a minute after a failure.
 * @param user whose login it is
 * @param command the path of the script above
 * @see https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
 */
export function windowsTask(user: string, command: string): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <URI>\\${SERVICE}</URI>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <UserId>${escapeXml(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${escapeXml(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>conhost.exe</Command>
      <Arguments>--headless cmd.exe /d /c &quot;${escapeXml(command)}&quot;</Arguments>
    </Exec>
  </Actions>
</Task>
`
}

/** Within double quotes of a batch file; a quote ends them, and no path of Windows has one. */
function forBatch(text: string): string {
  return text.replaceAll('%', '%%').replaceAll('"', '')
}
