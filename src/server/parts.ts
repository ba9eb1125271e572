import { keyOf } from '../access/client.ts'
import { ConversationStore } from '../exchange/conversation-store.ts'
import { EmbeddingExchange } from '../exchange/embed.ts'
import { Exchange } from '../exchange/exchange.ts'
import type { ModelNames } from '../models/names.ts'
import { Captures } from '../live/captures.ts'
import { Pulse } from '../live/pulse.ts'
import { PlanWindows } from '../records/plan-windows.ts'
import { answerCost } from '../records/pricing/answer-cost.ts'
import type { AppOptions } from './app-options.ts'
import { BodyBudget } from './body-budget.ts'
import { LimitLevels } from './console/limit-levels.ts'
import { PageGuard } from './console/page-guard.ts'
import { lookAround } from './console/topics.ts'
import { createTokenCounter } from './count-tokens.ts'
import { Responder } from './responder.ts'
import { BodyReader } from './json-body.ts'
import { ResponseStore } from './response-store.ts'
import type { RoutesOptions } from './routes.ts'
import { SessionOwners } from './sessions/owners.ts'
import type { SocketOptions } from './sockets/upgrade.ts'

const DAY = 24 * 60 * 60_000

/** What an app is made of, each part given what it needs. */
export function createParts(options: AppOptions): { routes: RoutesOptions; sockets: SocketOptions } {
  const {
    config,
    engine,
    reasoning,
    sessions,
    instance,
    recorder,
    recent,
    log,
    onDefect,
    books,
    metrics,
    audit,
    prices,
    limits,
    plans,
    managedKeys,
    makeKey,
    stopping,
    redactor,
    search,
    agentFor,
  } = options
  const { maxPromptLength, maxBodyBytes, uploadTimeout, heartbeatInterval } = config
  // The names that clients may use at this moment.
  const modelNames = (): ModelNames => ({ models: engine.models(), aliases: config.aliases, defaultModels: config.defaultModels })
  const budget = new BodyBudget()
  const bodies = new BodyReader({ maxBodyBytes, uploadTimeout, budget })
  const windows = new PlanWindows()
  const tellsCost = config.answerCosts !== 'off'
  const exchange = new Exchange({
    engine,
    modelNames,
    settings: config,
    reasoning,
    conversations: new ConversationStore(),
    ...(prices && tellsCost && { costOf: (record) => answerCost(prices, record.attempts(), { format: record.format, key: keyOf(record.client) }) }),
    ...(redactor && { redactor }),
    ...(search && { search }),
    ...(agentFor && { agentFor }),
    costInPassed: config.answerCosts === 'all',
  })
  const captures = new Captures()
  const levels = limits && new LimitLevels({ limits, ...(managedKeys && { keys: managedKeys }) })
  const pulse = new Pulse({
    look: () => lookAround({ engine, instance, recorder, recent, captures, modelNames, ...(books && { books }), ...(levels && { limits: levels }) }),
    log,
    onFault: (error) => onDefect('pulse', error as Error),
  })
  return {
    routes: {
      bodies,
      responder: new Responder({ bodies, exchange, captures, heartbeatInterval, tellsCost, onDefect, windows, ...(limits && { limits }) }),
      countTokens: createTokenCounter({ bodies, modelNames }),
      embeddings: new EmbeddingExchange(options.embedders ?? new Map(), modelNames, redactor),
      responses: new ResponseStore(),
      owners: new SessionOwners(sessions),
      engine,
      modelNames,
      reasoning,
      sessions,
      instance,
      recorder,
      recent,
      log,
      captures,
      pulse,
      guard: new PageGuard(config),
      windows,
      ...(plans && { plans }),
      maxPromptLength,
      heartbeatInterval,
      ...(books && { books }),
      ...(makeKey && { makeKey }),
      ...(limits && { limits }),
      ...(audit && { audit }),
      ...(metrics && { metrics }),
      ...(stopping && { stopping }),
    },
    // What is kept for sockets goes with them.
    sockets: { budget, uploadTimeout, responses: new ResponseStore({ lifetime: DAY }) },
  }
}
