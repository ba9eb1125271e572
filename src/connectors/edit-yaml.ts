import { type Document, isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml'

/** Edits a YAML text through its document, which keeps comments. */
export function editYaml(content: string, edit: (document: Document) => void): string {
  const document = parseDocument(content)
  const [error] = document.errors
  if (error !== undefined) throw new Error(`it is not YAML: ${error.message.split('\n')[0]}`)
  edit(document)
  // Lines that the user wrote are not to be folded.
  return document.toString({ lineWidth: 0 })
}

/**
 * Puts an entry into the list at `path`, in the place of the one that has the same value under `key`.
 * @param path empty for a document that is a list
 */
export function setInList(document: Document, path: readonly string[], key: string, entry: Record<string, unknown>): void {
  const list = listAt(document, path)
  const index = list.items.findIndex((item) => isMap(item) && item.get(key) === entry[key])
  const node = document.createNode(entry)
  if (index < 0) list.add(node)
  else list.set(index, node)
}

function listAt(document: Document, path: readonly string[]): YAMLSeq {
  const existing = path.length === 0 ? document.contents : document.getIn(path)
  if (isSeq(existing)) {
    // A list that was written `[]` would have the entry on the same line.
    if (existing.items.length === 0) existing.flow = false
    return existing
  }
  if (existing !== null && existing !== undefined && !isEmptyScalar(existing)) throw new Error(`${path.join('.') || 'it'} is not a list`)
  const list = document.createNode([]) as YAMLSeq
  if (path.length === 0) document.contents = list as never
  else document.setIn(path, list)
  return list
}

function isEmptyScalar(node: unknown): boolean {
  return typeof node === 'object' && node !== null && 'value' in node && node.value === null
}
