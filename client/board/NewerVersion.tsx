import { useContext, useEffect, useState } from 'react'
import { react, type Signal } from 'tldraw'
import type { Standing } from '../sync/standing.ts'
import { Reload, Unsent } from '../ui/Failed.tsx'
import { isOlder } from '../ui/load.ts'

/** Says so when the server came back with a newer version: this page goes on, and can be loaded again once nothing would be lost. */
export function NewerVersion({ standing }: { standing: Signal<Standing> }) {
  const [older, setOlder] = useState(false)
  const unsent = useContext(Unsent)
  useEffect(() => {
    let before: 'not there yet' | 'there' | 'away' = 'not there yet'
    return react('the server is there again', () => {
      const { is } = standing.get()
      const now = is === 'saved' || is === 'saving' ? 'there' : before === 'not there yet' ? before : 'away'
      if (before === 'away' && now === 'there') void isOlder().then(newer => newer !== undefined && setOlder(newer))
      before = now
    })
  }, [standing])
  if (!older) return null
  return (
    <div className="newer-version" role="status">
      <span>The server has a newer version of Manyfutures. This page goes on{unsent ? ', and can be loaded again as soon as everything is saved.' : '.'}</span>
      <Reload />
      <button type="button" className="button" data-small data-quiet onClick={() => setOlder(false)}>
        Later
      </button>
    </div>
  )
}
