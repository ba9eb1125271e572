import { OPEN_FILES, type ServicePlan, SERVICE } from './plan.ts'

export const UNIT = `${SERVICE}.service`

/**
 * The unit of a user's service. The daemon drains by itself at SIGTERM, which is for it alone (`KillMode=mixed`), and its
 * processes end with it; what is left is killed. Wrong settings (exit code 2) are not tried again.
 * @see systemd.service(5), systemd.exec(5)
 */
export function systemdUnit({ node, script, args, folder, environment, environmentFile, stopSeconds }: ServicePlan): string {
  const variables = Object.entries(environment).map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`)
  return `# Written by opencode-bridge service install.
[Unit]
Description=opencode-bridge, the models of opencode for every program
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
ExecStart=${[node, script, ...args].map(quoteArgument).join(' ')}
WorkingDirectory=${withoutSpecifiers(folder)}
${variables.join('\n')}
EnvironmentFile=-${withoutSpecifiers(environmentFile)}
Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
SuccessExitStatus=143
KillMode=mixed
TimeoutStopSec=${stopSeconds}
LimitNOFILE=${OPEN_FILES}

[Install]
WantedBy=default.target
`
}

function quote(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')
  return `"${withoutSpecifiers(escaped)}"`
}

/** Variables are replaced in commands, and nowhere else. */
function quoteArgument(text: string): string {
  return quote(text).replaceAll('$', '$$$$')
}

function withoutSpecifiers(text: string): string {
  return text.replaceAll('%', '%%')
}
