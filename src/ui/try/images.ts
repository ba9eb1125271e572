/** Larger ones few models take. */
const MAX_BYTES = 10 * 1024 * 1024

/** Files as data URLs. */
export async function readImages(files: Iterable<File>): Promise<string[]> {
  return Promise.all([...files].filter(({ type, size }) => type.startsWith('image/') && size <= MAX_BYTES).map(readImage))
}

function readImage(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result)))
    reader.addEventListener('error', () => reject(reader.error))
    reader.readAsDataURL(file)
  })
}
