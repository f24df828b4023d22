/** A transaction or a wish to open that takes longer never ends. */
export const hangsMs = 10_000

/** Where browsers keep nothing, there may be nothing to ask, and asking may throw. */
export function mayKeep(): boolean {
  try {
    return typeof indexedDB !== 'undefined' && indexedDB !== null
  } catch {
    return true // Forbidden just now; people can allow it.
  }
}

/** Opens the database of a board's copy. Its stores are those of y-indexeddb, which made the copies of earlier versions. */
export function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const request = indexedDB.open(name)
    let isOver = false
    const fail = () => {
      isOver = true
      clearTimeout(timer)
      failed(request.readyState === 'done' && request.error ? request.error : new Error('The device does not answer.'))
    }
    const timer = setTimeout(fail, hangsMs)
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('updates', { autoIncrement: true })
      request.result.createObjectStore('custom')
    })
    request.addEventListener('success', () => {
      clearTimeout(timer)
      if (isOver) request.result.close()
      else done(request.result)
    })
    request.addEventListener('error', fail)
  })
}
