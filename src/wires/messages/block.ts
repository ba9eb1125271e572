/** A content block of a request. */
export interface Block {
  type: string
  [field: string]: unknown
}

export interface WireMessage {
  role: 'user' | 'assistant'
  content: Block[]
}
