import { type ConfigKey, defaults, fieldOf, sectionKeys } from '../../src/config/fields.ts'
import { flagOf } from '../../src/config/flags.ts'
import { showQuantity } from '../../src/config/show-quantity.ts'

/** The README's table of settings. */
export function renderSettingsTable(): string {
  const rows = sectionKeys.flatMap(([section, keys]) => [[`**${section}**`, '', ''], ...keys.map(row)])
  return [['setting', 'default', ''], ['---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function row(key: ConfigKey): string[] {
  const { description = '', flag, variables } = fieldOf(key)
  const from = variables === undefined ? '' : `; from ${variables.map((name) => `\`${name}\``).join(', else ')}`
  return [flag ? `\`${key}\`, \`--${flagOf(key)}\`` : `\`${key}\``, showDefault(key), (description + from).replaceAll('|', '\\|')]
}

function showDefault(key: ConfigKey): string {
  const value: unknown = defaults[key]
  const { unit } = fieldOf(key)
  if (unit !== undefined && typeof value === 'number') return showQuantity(value, unit)
  if (Array.isArray(value)) return value.map((item) => `\`${item}\``).join(', ')
  if (value === undefined || typeof value === 'object') return ''
  return `\`${String(value)}\``
}
