import { type Connector, KEY_VARIABLE, modelOf, NO_KEY, openAiBase } from './connector.ts'

export const langchain: Connector = {
  title: 'LangChain',
  text: (bridge) => `import os
from langchain_openai import ChatOpenAI

model = ChatOpenAI(
    model=${JSON.stringify(modelOf(bridge))},
    base_url=${JSON.stringify(openAiBase(bridge))},
    api_key=os.environ.get("${KEY_VARIABLE}", "${NO_KEY}"),
)`,
}
