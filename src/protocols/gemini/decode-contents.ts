import { callPart } from '../../core/assistant-message.ts'
import { readMediaType } from '../../core/inline-data.ts'
import type { AssistantMessage } from '../../core/prompt.ts'
import { isRemote, parseBase64, parseDataUrl } from '../data-url.ts'
import type { DraftMessage, DraftPart } from '../draft-prompt.ts'
import { fileToPart } from '../file-part.ts'
import { HistoryParts } from '../history-parts.ts'
import type { CallIds } from '../call-ids.ts'
import { callIdsOf, givenIdOf } from './call-ids.ts'
import { foreignFieldsOf } from './foreign-parts.ts'
import { checkFilled, invalidValue, unsupportedValue } from '../invalid-value.ts'
import { readSignature } from './signature.ts'
import type { Content, Part } from './schema.ts'
import { type PlacedPart, type Turn, turnsOf } from './turns.ts'

/**
 * Turns the contents of a request into messages; those of the model that follow each other are one.
 * @param continues whether the first turn may hold results of calls that were made before
 * @throws BridgeError 400 for a part that cannot be where it is, and for calls and results that do not belong together
 */
export function decodeContents(contents: readonly Content[], continues = false): DraftMessage[] {
  const ids = callIdsOf(contents)
  const messages: DraftMessage[] = []
  for (const [index, turn] of turnsOf(contents).entries()) {
    if (turn.role === 'model') {
      messages.push(...decodeModelTurn(turn, ids))
      continue
    }
    const callOf = continues && index === 0 ? givenIdOf : ids.end.bind(ids)
    messages.push(...decodeUserTurn(turn, callOf))
    ids.checkAnswered(turn.entries[0]!.path)
  }
  ids.checkAnswered(`contents[${contents.length - 1}]`)
  checkFilled(messages, 'contents')
  return messages
}

function decodeModelTurn({ entries }: Turn, ids: CallIds): AssistantMessage[] {
  const history = new HistoryParts()
  for (const placed of entries.flatMap((entry) => entry.parts)) addModelPart(history, placed, ids)
  const parts = history.parts()
  // Clients keep a content also of an answer that has none.
  return parts.length === 0 ? [] : [{ role: 'assistant', parts }]
}

function addModelPart(history: HistoryParts, { part, path }: PlacedPart, ids: CallIds): void {
  if (foreignFieldsOf(part).length > 0) return
  const { functionCall: call, thoughtSignature, thought, text } = part
  const { token, thoughts } = readSignature(part)
  if (!call && typeof text !== 'string' && !thoughtSignature) {
    throw unsupportedValue(path, "is no part that the model can have said here. Expected 'text' or 'functionCall'")
  }
  if (thought) history.addText('reasoning', text ?? '')
  // The signature of a text may come behind it.
  history.addThoughts(thoughts, !call && !thought && !text)
  if (call) {
    const id = ids.begin(call, `${path}.functionCall`)
    history.add({
      ...callPart({ id, name: call.name, arguments: JSON.stringify(call.args ?? {}) }),
      ...(!call.id && { unnamed: true }),
      ...(token && { token }),
    })
  } else if (!thought) {
    if (token) history.addSigned('text', text ?? '', token)
    else history.addText('text', text ?? '')
  }
}

/** Results first, whatever stands before them: they belong to the calls right before this turn. */
function decodeUserTurn({ entries }: Turn, callOf: CallIds['end']): DraftMessage[] {
  const results: DraftMessage[] = []
  const messages: DraftMessage[] = []
  for (const { path, parts } of entries) {
    const content: DraftPart[] = []
    for (const placed of parts) {
      const result = placed.part.functionResponse
      if (!result) {
        content.push(...decodeUserPart(placed))
        continue
      }
      const param = `${placed.path}.functionResponse`
      const files = (result.parts ?? []).flatMap((file, index) => decodeFile(file, `${param}.parts[${index}]`))
      results.push({ role: 'tool', toolCallId: callOf(result, param), content: [{ type: 'text', text: encodeResult(result.response ?? {}) }, ...files] })
    }
    if (content.length > 0) messages.push({ role: 'user', content })
    else if (!parts.some(({ part }) => part.functionResponse || foreignFieldsOf(part).length > 0))
      throw invalidValue(path, 'it is empty. Expected some text or a file in it')
  }
  return [...results, ...messages]
}

function decodeUserPart({ part, path }: PlacedPart): DraftPart[] {
  if (foreignFieldsOf(part).length > 0) return []
  if (typeof part.text === 'string') return part.text === '' ? [] : [{ type: 'text', text: part.text }]
  const file = decodeFile(part, path)
  if (file.length > 0) return file
  throw unsupportedValue(path, "is no part that a user can send here. Expected 'text', 'inlineData', 'fileData' or 'functionResponse'")
}

function decodeFile({ inlineData, fileData }: Pick<Part, 'inlineData' | 'fileData'>, path: string): DraftPart[] {
  if (inlineData) {
    const data = parseBase64(inlineData.data, `${path}.inlineData.data`)
    return [fileToPart({ mediaType: readMediaType(inlineData.mimeType), data }, inlineData.displayName ?? undefined, path)]
  }
  if (!fileData) return []
  const { fileUri: url, displayName } = fileData
  if (isRemote(url)) return [{ type: 'remote-file', param: path, url }]
  const field = `${path}.fileData.fileUri`
  if (/^\s*data:/i.test(url)) return [fileToPart(parseDataUrl(url, field), displayName ?? undefined, path)]
  throw unsupportedValue(field, "names a file that is not in the request. Send it as 'inlineData'")
}

/** What a function returned: Google's convention puts it in a field `output`, beside `error` or anything else. */
function encodeResult(response: Record<string, unknown>): string {
  const { output, ...others } = response
  if (output === undefined || Object.keys(others).length > 0) return JSON.stringify(response)
  return typeof output === 'string' ? output : JSON.stringify(output)
}
