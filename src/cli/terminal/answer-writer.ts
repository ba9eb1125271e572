import { print } from './output.ts'

/** Where the pieces of an answer go. */
export interface AnswerWriter {
  write(piece: string): Promise<void>
  /** Ends the last line, also of an answer that was cut off. */
  end(): Promise<void>
}

/** Whether stdout is a terminal that shows more than letters, for somebody who wants that. */
export function showsStyles(env: NodeJS.ProcessEnv): boolean {
  return Boolean(process.stdout.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** @param markdown show it as it is meant, rather than as it is written */
export async function createAnswerWriter(markdown: boolean, signal: AbortSignal): Promise<AnswerWriter> {
  if (markdown) {
    const { MarkdownWriter } = await import('./markdown/writer.ts')
    return new MarkdownWriter({ columns: () => process.stdout.columns || 80, write: (text) => void process.stdout.write(text) })
  }
  let last = '\n'
  return {
    write: async (piece) => {
      await print(piece, signal)
      if (piece !== '') last = piece.at(-1)!
    },
    end: async () => {
      // Nobody is left to read what a cancelled answer's pipe would get.
      if (last !== '\n' && (!signal.aborted || process.stdout.isTTY)) await print('\n')
    },
  }
}
