import { ANSWER_SCHEMA, ODD_TEXT, PDF, PNG, SEALED, WEATHER_SCHEMA } from '../samples.js'

export const client = 'google-genai'
export const packages = ['@google/genai@latest']

const model = 'gemini-3-pro-preview'

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, installed, keep }) {
  const { GoogleGenAI, Type, FunctionCallingConfigMode, HarmCategory, HarmBlockThreshold } = await installed.load('@google/genai')
  const ai = new GoogleGenAI({ apiKey: 'dummy', httpOptions: { baseUrl: url } })
  const generate = (contents, config) => ai.models.generateContent({ model, contents, config })
  const weather = {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: {
      type: Type.OBJECT,
      properties: { city: { type: Type.STRING }, days: { type: Type.ARRAY, items: { type: Type.INTEGER } } },
      required: ['city'],
    },
    behavior: 'BLOCKING',
    response: { type: Type.OBJECT, properties: { celsius: { type: Type.NUMBER } } },
  }

  await keep('plain', () => generate(ODD_TEXT))
  await keep('stream', async () => {
    for await (const _ of await ai.models.generateContentStream({ model, contents: 'Hi', config: { systemInstruction: 'Be terse.', maxOutputTokens: 100 } }))
      continue
  })
  await keep(
    'tools',
    () =>
      generate('Weather in Rome?', {
        tools: [
          {
            functionDeclarations: [
              weather,
              { name: 'crm.find-one', description: 'A customer', parametersJsonSchema: WEATHER_SCHEMA, responseJsonSchema: ANSWER_SCHEMA },
            ],
          },
        ],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ['get_weather'] } },
      }),
    { turns: [{ get_weather: { city: 'Rome' } }] },
  )
  await keep('tools-history', () =>
    generate(
      [
        { role: 'user', parts: [{ text: 'Weather in Rome and Paris?' }] },
        {
          role: 'model',
          parts: [
            { text: 'A tool helps.', thought: true },
            { functionCall: { id: 'call-1', name: 'get_weather', args: { city: 'Rome' } }, thoughtSignature: SEALED },
            { functionCall: { name: 'get_weather', args: { city: 'Paris' } } },
          ],
        },
        {
          role: 'user',
          parts: [
            {
              functionResponse: {
                id: 'call-1',
                name: 'get_weather',
                response: { output: { celsius: 21.5 } },
                parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }],
                scheduling: 'WHEN_IDLE',
                willContinue: false,
              },
            },
            { functionResponse: { name: 'get_weather', response: { error: 'no such city' } } },
          ],
        },
      ],
      { tools: [{ functionDeclarations: [weather] }] },
    ),
  )
  await keep('hosted-tools', () =>
    generate('Search', {
      tools: [
        { googleSearch: {} },
        { urlContext: {} },
        { codeExecution: {} },
        { googleMaps: { enableWidget: false } },
        { fileSearch: { fileSearchStoreNames: ['fileSearchStores/a'], topK: 3 } },
      ],
      toolConfig: { retrievalConfig: { latLng: { latitude: 41.9, longitude: 12.5 }, languageCode: 'it' }, includeServerSideToolInvocations: true },
    }),
  )
  await keep('hosted-history', () =>
    generate([
      { role: 'user', parts: [{ text: 'Calculate' }] },
      {
        role: 'model',
        parts: [
          { executableCode: { language: 'PYTHON', code: 'print(1)', id: 'code-1' }, thoughtSignature: SEALED },
          { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n', id: 'code-1' } },
          { text: '1' },
        ],
      },
      { role: 'user', parts: [{ text: 'And?' }] },
    ]),
  )
  await keep('thinking', () =>
    generate('Think', {
      thinkingConfig: { includeThoughts: true, thinkingLevel: 'HIGH' },
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      candidateCount: 1,
      seed: 7,
      stopSequences: ['END'],
      presencePenalty: 0.1,
      frequencyPenalty: 0.1,
    }),
  )
  await keep('thinking-budget', () =>
    generate('Think', { thinkingConfig: { includeThoughts: false, thinkingBudget: -1 }, responseLogprobs: true, logprobs: 3 }),
  )
  await keep('safety', () =>
    generate('Hi', {
      safetySettings: [
        { category: HarmCategory.HARM_CATEGORY_HARASSMENT, threshold: HarmBlockThreshold.BLOCK_NONE },
        { category: HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT, threshold: HarmBlockThreshold.OFF },
      ],
      cachedContent: 'cachedContents/abc',
      serviceTier: 'flex',
    }),
  )
  await keep('files', () =>
    generate(
      [
        {
          role: 'user',
          parts: [
            { inlineData: { mimeType: 'image/png', data: PNG }, mediaResolution: { level: 'MEDIA_RESOLUTION_HIGH' } },
            { inlineData: { mimeType: 'application/pdf', data: PDF } },
            {
              fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc', mimeType: 'video/mp4' },
              videoMetadata: { startOffset: '1s', endOffset: '5s', fps: 1 },
            },
            { text: 'What are these?' },
          ],
        },
      ],
      { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
    ),
  )
  await keep('json-schema', () => generate('Rome, as JSON', { responseMimeType: 'application/json', responseJsonSchema: ANSWER_SCHEMA }), { text: '{}' })
  await keep(
    'response-schema',
    () =>
      generate('Rome, as JSON', {
        responseMimeType: 'application/json',
        responseSchema: {
          type: Type.OBJECT,
          properties: {
            city: { type: Type.STRING, nullable: true },
            tags: { type: Type.ARRAY, items: { type: Type.STRING, enum: ['a', 'b'] }, minItems: '1' },
          },
          propertyOrdering: ['city', 'tags'],
        },
      }),
    { text: '{}' },
  )
  await keep('image-out', () =>
    generate('Draw', {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    }),
  )
  await keep(
    'chat',
    async () => {
      const chat = ai.chats.create({ model, config: { thinkingConfig: { includeThoughts: true }, tools: [{ functionDeclarations: [weather] }] } })
      await chat.sendMessage({ message: 'Weather in Rome?' })
      await chat.sendMessage({ message: [{ functionResponse: { name: 'get_weather', response: { output: 'sun' } } }] })
    },
    { turns: [{ get_weather: { city: 'Rome' } }] },
  )
}
