import type { ConsolaInstance } from 'consola'

/**
 * From now on, an error that nobody caught no longer ends the process, but resolves the promise. It is a defect, so whoever
 * waits lets what runs end, and then ends; what is running has a better chance so than by dying on the spot.
 */
export function catchDefects(log: ConsolaInstance): Promise<Error> {
  return new Promise((resolve) => {
    // Rejections that nobody handles come here as well.
    process.on('uncaughtException', (error) => {
      log.error('A defect of the bridge; it takes no more requests and ends.', error)
      resolve(error)
    })
  })
}
