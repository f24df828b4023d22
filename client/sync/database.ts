/** A transaction or a wish to open that takes longer never ends. */
export const hangsMs = 10_000

const stores = ['updates', 'custom'] as const

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
      const [updates, custom] = stores
      request.result.createObjectStore(updates, { autoIncrement: true })
      request.result.createObjectStore(custom)
    })
    request.addEventListener('success', () => {
      clearTimeout(timer)
      const db = request.result
      if (isOver) return db.close()
      if (stores.every(name => db.objectStoreNames.contains(name))) return done(db)
      // Somebody else made it, or its making broke off: it holds nothing of ours, and takes nothing.
      db.close()
      indexedDB.deleteDatabase(name)
      fail()
    })
    request.addEventListener('error', fail)
  })
}
