import { describe, expect, it } from 'vitest'
import { errorInAnswer, toProviderError } from '../../../src/wires/shared/provider-error.ts'

function errorOf(status: number, body: unknown, headers: Record<string, string> = {}) {
  return toProviderError({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
}

const google = (status: number, name: string, details: object[] = []) => ({ error: { code: status, status: name, message: 'No.', details } })

describe('an HTTP error', () => {
  it.each([
    [
      "OpenAI's",
      400,
      { error: { message: 'No.', type: 'invalid_request_error', param: 'messages', code: 'unknown_parameter' } },
      { code: 'unknown_parameter', type: 'invalid_request_error', param: 'messages' },
    ],
    ['without a code', 401, { error: { message: 'No.', type: 'auth' } }, { code: 'invalid_api_key', type: 'auth' }],
    [
      'with null for a code',
      429,
      { error: { message: 'No.', type: 'tokens', param: null, code: null } },
      { code: 'rate_limit_exceeded', type: 'tokens', param: undefined },
    ],
    ['of a quota', 429, { error: { message: 'No.', type: 'insufficient_quota' } }, { code: 'insufficient_quota' }],
    [
      "Anthropic's",
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'No.' }, request_id: 'req_1' },
      { code: 'upstream_error', type: 'overloaded_error' },
    ],
    ["Zen's key", 401, { type: 'error', error: { type: 'AuthError', message: 'No.' } }, { code: 'invalid_api_key', type: undefined }],
    ["Zen's model", 401, { type: 'error', error: { type: 'ModelError', message: 'No.' } }, { status: 404, code: 'model_not_found', type: undefined }],
    ["Zen's model, by its status", 400, { type: 'error', error: { type: 'ModelError', message: 'No.' } }, { code: 'model_not_found' }],
    ["Zen's credits", 401, { type: 'error', error: { type: 'CreditsError', message: 'No.' } }, { status: 429, code: 'insufficient_quota' }],
    ["Zen's quota", 429, { type: 'error', error: { type: 'insufficient_quota', message: 'No.' } }, { code: 'insufficient_quota', type: 'insufficient_quota' }],
    ["Zen's server", 503, { type: 'error', error: { type: 'server_error', message: 'No.' } }, { code: 'upstream_error', type: 'server_error' }],
    ["Zen's context", 413, { type: 'error', error: { type: 'context_length_exceeded', message: 'No.' } }, { code: 'context_length_exceeded' }],
    ["Google's", 429, google(429, 'RESOURCE_EXHAUSTED'), { code: 'rate_limit_exceeded', type: undefined }],
    ["Google's in a list", 404, [google(404, 'NOT_FOUND')], { code: 'upstream_error' }],
    ["Google's wrong key", 400, google(400, 'INVALID_ARGUMENT', [{ reason: 'API_KEY_INVALID' }]), { code: 'invalid_api_key' }],
    ["Google's field", 400, google(400, 'INVALID_ARGUMENT', [{ fieldViolations: [{ field: 'contents', description: 'No.' }] }]), { param: 'contents' }],
    ['a mere text', 500, { error: 'No.' }, { code: 'upstream_error' }],
    ["FastAPI's text", 422, { detail: 'No.' }, { code: 'upstream_error' }],
    [
      'at the top',
      400,
      { object: 'error', message: 'No.', type: 'BadRequestError', param: null, code: 400 },
      { code: 'upstream_error', type: 'BadRequestError' },
    ],
    ["Cloudflare's", 403, { success: false, errors: [{ code: 10000, message: 'No.' }] }, { code: 'upstream_error' }],
    ['a status for a code', 429, { error: { message: 'No.', code: '429' } }, { code: 'rate_limit_exceeded' }],
    ['a number for a code', 402, { error: { message: 'No.', code: 402 } }, { code: 'upstream_error' }],
    ['a code beside a text', 400, { error: 'No.', code: 'bad' }, { code: 'bad' }],
    ['true for an error', 400, { error: true, message: 'No.' }, { code: 'upstream_error' }],
    ['bytes', 413, { error: { message: 'No.', code: 'request_body_too_large' } }, { code: 'request_body_too_large' }],
    ['a 413 without a code', 413, { error: { message: 'No.' } }, { code: 'context_length_exceeded' }],
  ])('%s', (_, status, body, expected) => {
    const error = errorOf(status, body)
    expect(error).toMatchObject({ status, message: 'No.', ...expected })
  })

  it("names FastAPI's fields", () => {
    const detail = [
      { loc: ['body', 'messages', 0, 'content'], msg: 'Field required', type: 'missing' },
      { loc: ['body', 'n'], msg: 'too large', type: 'value_error' },
    ]
    expect(errorOf(422, { detail })).toMatchObject({ status: 422, message: 'messages.0.content: Field required; n: too large', param: 'messages.0.content' })
  })

  it('says something, whatever is not said', () => {
    expect(errorOf(422, { detail: [{}] }).message).toBe('The provider answered with HTTP 422: {"detail":[{}]}')
    expect(errorInAnswer({ detail: [{}] })!.message).toContain('did not explain')
  })

  it("has what OpenRouter's provider said", () => {
    const body = { error: { message: 'Provider returned error', code: 400, metadata: { raw: 'too hot', provider_name: 'X' } } }
    expect(errorOf(400, body).message).toBe('Provider returned error: too hot')
  })

  it.each([
    ['<!doctype html><html><head><title>502 Bad\n Gateway</title></head><body>x</body></html>', 502, 'The provider answered with HTTP 502: 502 Bad Gateway'],
    ['<html><body>no title</body></html>', 503, 'The provider answered with HTTP 503.'],
    ['unauthorized: token expired\n', 401, 'The provider answered with HTTP 401: unauthorized: token expired'],
    ['', 500, 'The provider answered with HTTP 500.'],
    ['{"error":{"mess', 500, 'The provider answered with HTTP 500: {"error":{"mess'],
  ])('that is no JSON: %j', (body, status, message) => {
    expect(errorOf(status, body)).toMatchObject({ status, message })
  })

  it('that is none is the gateway’s', () => {
    expect(errorOf(302, '').status).toBe(502)
  })

  it.each([
    'prompt is too long: 209000 tokens > 200000 maximum',
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
    'Your input exceeds the context window of this model.',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).',
    'This endpoint’s maximum context length is 8192 tokens',
    'request (9000 tokens) exceeds the available context size (8192 tokens)',
    'prompt is longer than the context length',
  ])('of a context that is too small: %s', (message) => {
    expect(errorOf(400, { error: { message, code: 'other' } })).toMatchObject({ code: 'context_length_exceeded', status: 400 })
  })

  it.each(['Rate limit reached: too many tokens per minute', 'Invalid value for max_tokens'])('of something else: %s', (message) => {
    expect(errorOf(400, { error: { message, code: 'other' } }).code).toBe('other')
  })

  it('repeats no file and no book', () => {
    expect(errorOf(400, { error: { message: `bad image ${'QUJD'.repeat(1000)} here` } }).message).toBe(`bad image ${'QUJD'.repeat(4)}… here`)
    expect(errorOf(400, { error: { message: 'no '.repeat(5000) } }).message.length).toBeLessThan(2100)
  })
})

describe('a pause', () => {
  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after-ms': 'x', 'retry-after': '7' }, 7000],
    [{ 'retry-after': '7200' }, 7_200_000],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': ' ' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '99999999999' }, undefined],
    [{ 'retry-after': '1e400' }, undefined],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, undefined],
    [{ 'retry-after': 'Wed, 21 Oct 2215 07:28:00 GMT' }, undefined],
    [{ 'retry-after-ms': '-1', 'retry-after': '-1' }, undefined],
  ])('%j is %s ms', (headers, expected) => {
    expect(errorOf(429, { error: { message: 'No.' } }, headers).retryAfter).toBe(expected)
  })

  it('may be a date', () => {
    const pause = errorOf(429, '', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }).retryAfter
    expect(pause).toBeGreaterThan(0)
    expect(pause).toBeLessThanOrEqual(60_000)
  })

  it.each([
    [google(429, 'RESOURCE_EXHAUSTED', [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37.5s' }]), 37_500],
    [{ error: { type: 'usage_limit_reached', message: 'No.', resets_in_seconds: 3600 } }, 3_600_000],
  ])('may be in the body', (body, expected) => {
    expect(errorOf(429, body).retryAfter).toBe(expected)
    expect(errorOf(429, body, { 'retry-after': '1' }).retryAfter).toBe(1000)
  })
})

describe('an error under a status of success', () => {
  it.each([
    [{ error: { message: 'No.', code: 429 } }, { status: 429, code: 'rate_limit_exceeded' }],
    [{ error: { message: 'No.', code: '503' } }, { status: 503 }],
    [{ error: { message: 'No.', type: 'invalid_request_error', code: null, param: 'x' } }, { status: 400, type: 'invalid_request_error', param: 'x' }],
    [{ error: { message: 'No.', code: 'rate_limit_exceeded' } }, { status: 429, code: 'rate_limit_exceeded' }],
    [{ error: { message: 'No.', type: 'insufficient_quota' } }, { status: 429, code: 'insufficient_quota' }],
    [{ error: { message: 'No.', type: 'authentication_error' } }, { status: 401 }],
    [{ error: { message: 'No.', code: 'invalid_api_key' } }, { status: 401, code: 'invalid_api_key' }],
    [{ error: { message: 'No.', code: 'model_not_found' } }, { status: 404 }],
    [
      { type: 'error', error: { type: 'overloaded_error', message: 'No.' } },
      { status: 503, type: 'overloaded_error' },
    ],
    [
      { type: 'error', code: 'server_error', message: 'No.', param: null, sequence_number: 3 },
      { status: 502, code: 'server_error', type: undefined },
    ],
    [[google(503, 'UNAVAILABLE')], { status: 503 }],
    [{ error: { status: 'PERMISSION_DENIED', message: 'No.' } }, { status: 403 }],
    [{ error: 'No.' }, { status: 502, code: 'upstream_error' }],
    [{ object: 'error', message: 'No.', type: 'BadRequestError', code: 400 }, { status: 400 }],
    [{ detail: 'No.' }, { status: 502 }],
  ])('%j', (data, expected) => {
    expect(errorInAnswer(data)).toMatchObject({ message: 'No.', ...expected })
  })

  it('of a context that is too small is the client’s', () => {
    expect(errorInAnswer({ error: { message: 'prompt is too long: 9 tokens > 8 maximum' } })).toMatchObject({ status: 400, code: 'context_length_exceeded' })
  })

  it('may have no words', () => {
    expect(errorInAnswer({ error: {} })).toMatchObject({ status: 502, message: expect.stringContaining('did not explain') })
  })

  it.each([{ choices: [], error: null }, { type: 'response.created' }, {}, null, 'x', 3, [], { choices: [], detail: 'x' }])('is not %j', (data) => {
    expect(errorInAnswer(data)).toBeUndefined()
  })
})
