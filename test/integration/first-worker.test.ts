import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { type Bridge, providerConfig, startBridge } from '../support/bridge.ts'
import { describeEachEngine } from '../support/each-engine.ts'
import { startEngine, textOf } from '../support/engine.ts'
import { takePlace } from '../support/place.ts'
import { until } from '../support/until.ts'
import { say, startUpstream } from '../support/upstream.ts'

let bridge: Bridge | undefined
afterEach(async () => {
  await bridge?.close()
  bridge = undefined
})

/** Whether a process was started to tell of the models. */
const wasAsked = (pid: number) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes('"reportsModels":true')
const messages = [{ role: 'user', content: 'hi' }]

describeEachEngine('where the models are not known yet, on engine', (engine) => {
  test('the process that told of them is the first that serves', async () => {
    // A session on `run` is a prompt of the process's own, which was started without a model.
    const lane = engine === 'run' ? 'session' : 'auto'
    bridge = await startBridge({
      config: { engine, lane, minIdle: 1, maxSize: 1 },
      models: { other: {}, model: {} },
      prepare: () => {},
      catalogue: 'whole',
      warm: 1,
    })
    await until(async () => (await bridge!.status()).engine.ready)
    const [process, ...more] = (await bridge.status()).engine.processes
    expect(more).toEqual([])
    expect(wasAsked(process.pid)).toBe(true)
    bridge.upstream.answer(say('ok'))
    expect(await (await bridge.chat({ model: 'test/other', messages })).json()).toMatchObject({ choices: [{ message: { content: 'ok' } }] })
    expect(bridge.upstream.calls.map(({ body }) => body.model)).toEqual(['other'])
  })

  test('it makes room for one without the whole catalogue', async () => {
    const place = takePlace(false)
    const upstream = await startUpstream(place.port)
    upstream.answer(say('ok'))
    const env = { OPENCODE_CONFIG_CONTENT: providerConfig(upstream.url, { model: {} }) }
    const bench = await startEngine(engine, env, 'test/model', { askedIdle: 0, checkInterval: 500 }, place)
    try {
      const pids = async () => (await bench.engine.status()).processes.map(({ pid }) => pid)
      const [first] = await pids()
      expect(wasAsked(first!)).toBe(true)
      await until(async () => {
        const now = await pids()
        return now.length > 0 && !now.includes(first!)
      }, 60_000)
      expect((await pids()).some(wasAsked)).toBe(false)
      expect((await bench.engine.status()).ready).toBe(true)
      expect(textOf(await bench.generate({ model: 'test/model', messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] }))).toBe('ok')
    } finally {
      await bench.close()
      await upstream.close()
    }
  })
})
