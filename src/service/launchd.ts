import { OPEN_FILES, type ServicePlan, SERVICE } from './plan.ts'

/** The agent of a user, which starts with the login and again after a failure. @see launchd.plist(5) */
export function launchdAgent({ node, script, args, folder, environment, log, stopSeconds }: ServicePlan): string {
  const command = [node, script, ...args].map((word) => `    <string>${escapeXml(word)}</string>`)
  const variables = Object.entries(environment).map(([name, value]) => `    <key>${escapeXml(name)}</key>\n    <string>${escapeXml(value)}</string>`)
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${SERVICE}</string>
  <key>ProgramArguments</key>
  <array>
${command.join('\n')}
  </array>
  <key>WorkingDirectory</key>
  <string>${escapeXml(folder)}</string>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join('\n')}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>${stopSeconds}</integer>
  <key>SoftResourceLimits</key>
  <dict>
    <key>NumberOfFiles</key>
    <integer>${OPEN_FILES}</integer>
  </dict>
  <key>StandardOutPath</key>
  <string>${escapeXml(log)}</string>
  <key>StandardErrorPath</key>
  <string>${escapeXml(log)}</string>
</dict>
</plist>
`
}

const ENTITIES: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }

/** A text as the content of an element. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => ENTITIES[character]!)
}
