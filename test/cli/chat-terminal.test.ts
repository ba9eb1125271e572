import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { finish, sendFrames, token, type FakeDaemon, type FakeOptions, useFakeDaemons, USAGE } from './fake-daemon.ts'
import { type Sandbox, useSandbox } from './sandbox.ts'
import { hasTmux, type Terminal, useTerminals } from './tmux.ts'
import { until } from '../support/until.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()
const terminal = useTerminals()

const chat = (box: Sandbox, daemon: FakeDaemon, args: string[] = [], env: Record<string, string> = {}) =>
  terminal(box, ['chat', '--port', String(daemon.port), ...args], { env })
const questions = (daemon: FakeDaemon) => daemon.requests.map(({ messages }) => (messages as { content: unknown }[]).at(-1)!.content)
const asked = (daemon: FakeDaemon, count: number) => until(() => daemon.requests.length === count)
const says = (text: string): FakeOptions => ({
  chat: (response) => (sendFrames(response, [token(text), finish(), { choices: [], usage: USAGE }, '[DONE]']), void response.end()),
})

/** Types a question and waits for what was answered, by the prompt that follows. */
async function ask(screen: Terminal, daemon: FakeDaemon, question: string): Promise<void> {
  const before = daemon.requests.length
  screen.type(question)
  screen.press('Enter')
  await asked(daemon, before + 1)
  await screen.shows(/>$/)
}

describe.runIf(hasTmux)('chat in a terminal', () => {
  test('what is pasted is one question, which can be edited before it is asked', async () => {
    const daemon = await fake(says('Fine.'))
    const screen = chat(sandbox(), daemon)
    await screen.shows('>')
    screen.type('Why: ')
    screen.paste('one\ntwo\n\tthree')
    await screen.shows('> Why: one␊two␊')
    screen.type('!')
    screen.press('Enter')
    await asked(daemon, 1)
    const long = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
    await screen.shows(/Fine\.\n>$/)
    screen.paste(long)
    await screen.shows('> [text 1: 40 lines]')
    screen.press('Enter')
    await asked(daemon, 2)
    expect(questions(daemon)).toEqual(['Why: one\ntwo\n\tthree!', long])
  })

  test('what was typed is there again, by the arrows and by Ctrl-R, in the next chat too', async () => {
    const box = sandbox()
    const daemon = await fake(says('Fine.'))
    const first = chat(box, daemon)
    await first.shows('>')
    await ask(first, daemon, 'the first question')
    first.paste('of two\nlines')
    await ask(first, daemon, '')
    await ask(first, daemon, ' a secret one')
    first.press('C-d')
    await first.shows('ended with 0')

    const second = chat(box, daemon)
    await second.shows('>')
    second.press('Up')
    await second.shows('> of two␊lines')
    second.press('Up')
    await second.shows('> the first question')
    second.press('C-u')
    second.press('C-r')
    second.type('LINE')
    await second.shows('(search) LINE: of two␊lines')
    second.press('C-c')
    await second.shows(/>$/)
    second.press('C-r')
    second.type('first')
    await second.shows('(search) first: the first question')
    second.press('Enter')
    await asked(daemon, 4)
    expect(questions(daemon)).toEqual(['the first question', 'of two\nlines', ' a secret one', 'the first question'])
    const file = join(box.home, 'state', 'opencode-bridge', 'chat-history.jsonl')
    expect(readFileSync(file, 'utf8')).not.toContain('secret')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('--no-history keeps nothing', async () => {
    const box = sandbox()
    const daemon = await fake(says('Fine.'))
    const screen = chat(box, daemon, ['--no-history'])
    await screen.shows('>')
    await ask(screen, daemon, 'one')
    screen.press('C-d')
    await screen.shows('ended with 0')
    expect(existsSync(join(box.home, 'state', 'opencode-bridge', 'chat-history.jsonl'))).toBe(false)
  })

  test('Tab completes commands, models and files', async () => {
    const box = sandbox()
    const daemon = await fake()
    writeFileSync(join(box.cwd, 'my notes.txt'), 'x')
    const screen = chat(box, daemon)
    await screen.shows('>')
    screen.type('/mo')
    screen.press('Tab')
    await screen.shows('> /model')
    screen.type('thr')
    screen.press('Tab')
    await screen.shows('> /model b/two/three')
    screen.press('Enter')
    await screen.shows('The model is b/two/three.')
    screen.type('/file my')
    screen.press('Tab')
    await screen.shows('> /file my notes.txt')
  })

  test('Ctrl-C cancels an answer, of which what came is kept; then it warns, then it leaves', async () => {
    const box = sandbox()
    const daemon = await fake({
      async chat(response) {
        if (daemon.requests.length > 1) return void (sendFrames(response, [token('Fine.'), finish(), '[DONE]']), response.end())
        sendFrames(response, [token('It is **half** ')])
        while (!response.destroyed) await sleep(10)
      },
    })
    const screen = chat(box, daemon, ['-c'])
    await screen.shows('>')
    screen.type('one')
    screen.press('Enter')
    await screen.shows('It is **half**')
    screen.type('typed ahead')
    screen.press('C-c')
    await screen.shows('Cut off; what came of it is kept.')
    await daemon.disconnected
    await screen.shows(/>$/)
    await ask(screen, daemon, 'two')
    expect(daemon.requests[1]!.messages).toMatchObject([{ content: 'one' }, { content: 'It is **half** ' }, { content: 'two' }])
    screen.type('a draft')
    screen.press('C-c')
    await screen.shows(/Fine\.\n> a draft\n>$|Fine\.\n>$/)
    screen.press('C-c')
    await screen.shows('Ctrl-C again leaves.')
    screen.press('C-c')
    await screen.shows('ended with 130')

    const later = chat(box, daemon, ['-c'])
    await later.shows('This goes on after 2 questions.')
    await ask(later, daemon, 'three')
    expect(daemon.requests[2]!.messages).toHaveLength(5)
  })

  test('/edit in $EDITOR, /retry, /cost', async () => {
    const box = sandbox()
    const daemon = await fake({ ...says('Fine.'), servedBy: 'a/one' })
    // An editor that shows what it got, and needs the terminal as it was.
    writeFileSync(join(box.cwd, 'editor.sh'), 'cat "$1" > seen.txt; test -t 0 && stty -a > stty.txt; printf "two\\nlines\\n" > "$1"')
    const screen = chat(box, daemon, [], { EDITOR: 'sh editor.sh' })
    await screen.shows('>')
    await ask(screen, daemon, 'one')
    screen.type('/edit')
    screen.press('Enter')
    await asked(daemon, 2)
    expect(readFileSync(join(box.cwd, 'seen.txt'), 'utf8')).toBe('one')
    expect(readFileSync(join(box.cwd, 'stty.txt'), 'utf8')).toMatch(/(?<!-)icanon/)
    await screen.shows(/>$/)
    screen.type('/retry b/two/three')
    screen.press('Enter')
    await asked(daemon, 3)
    expect(daemon.requests.slice(1)).toMatchObject([{ messages: [{ content: 'two\nlines' }] }, { model: 'b/two/three', messages: [{ content: 'two\nlines' }] }])
    await screen.shows(/>$/)
    screen.type('/cost')
    screen.press('Enter')
    await screen.shows('3,600 tokens in, 9 out, $0.7500')
  })

  test('an image is attached, and Markdown shown as it is meant', async () => {
    const box = sandbox()
    const daemon = await fake(says('# A cat\n\nIt is **black**:\n\n- two `ears`\n- a tail\n\n```js\nmeow()\n```'))
    writeFileSync(join(box.cwd, 'photo.png'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
    const screen = chat(box, daemon)
    await screen.shows('>')
    screen.type('/file photo.png')
    screen.press('Enter')
    await screen.shows('photo.png goes with the next message.')
    await ask(screen, daemon, 'what is this?')
    expect(questions(daemon)).toMatchObject([[{ type: 'image_url' }, { text: 'what is this?' }]])
    expect(screen.screen()).toContain('A cat\n\nIt is black:\n\n• two ears\n• a tail\n\n  js\n  meow()\n>')
    expect(screen.styledScreen()).toContain('\u001b[1mblack')
  })
})

describe.runIf(hasTmux)('ask in a terminal', () => {
  test('is told of retries while it waits', async () => {
    let answer = () => {}
    const daemon = await fake({
      async chat(response) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': retry 1 in 4000 ms: The provider answered 429\n')
        await new Promise<void>((resolve) => (answer = resolve))
        sendFrames(response, [token('Fine.'), finish(), '[DONE]'])
        response.end()
      },
    })
    const screen = terminal(sandbox(), ['ask', '--port', String(daemon.port), 'hi'])
    await screen.shows('The provider answered 429; trying again in 4 s.')
    answer()
    await screen.shows(/Fine\.\nended with 0/)
  })

  test('gets an answer as it is written by --no-markdown, and so does a pipe', async () => {
    const daemon = await fake(says('It is **black**.'))
    const screen = terminal(sandbox(), ['ask', '--port', String(daemon.port), '--no-markdown', 'hi'])
    await screen.shows('It is **black**.')
    const piped = terminal(sandbox(), ['ask', '--port', String(daemon.port), 'hi'], { within: '% < /dev/null | cat' })
    await piped.shows('It is **black**.')
  })
})
