/**
 * How each database makes rows of an array of JSON that is its one parameter. PostgreSQL would read `json` anew for every
 * column, `jsonb` it reads once.
 */
const SOURCES = { sqlite: 'json_each(?)', postgres: 'jsonb_array_elements(cast($1 as jsonb)) as source(value)' }

/**
 * A statement that inserts any number of rows, given as one JSON array of objects by the names of the columns; a clause for
 * conflicts may follow. One text for all: a statement with a parameter for each value has to be made, prepared and filled
 * anew for every number of rows, which took a tenth of what the daemon does for a request.
 * @param table a name of ours, as those of the columns are
 */
export function insertFromJson(database: keyof typeof SOURCES, table: string, columns: Readonly<Record<string, 'text' | 'bigint'>>): string {
  const names = Object.keys(columns)
  const values = names.map((name) => `cast(value ->> '${name}' as ${columns[name]})`)
  // Without a condition SQLite takes what follows for a part of a join.
  return `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) select ${values.join(', ')} from ${SOURCES[database]} where true`
}
