import { useEffect, useState } from 'react'
import { react, type Signal } from 'tldraw'

/** Milliseconds between two looks at something that may change with every frame of a drag. */
const calmMs = 200

/** A signal's value, at once and then a few times a second at most: for what costs more than a frame has. */
export function useCalm<T>(signal: Signal<T>): T {
  const [value, setValue] = useState(() => signal.get())
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const stop = react('a calm look', () => setValue(signal.get()), {
      scheduleEffect: look => {
        waiting ??= setTimeout(() => {
          waiting = undefined
          look()
        }, calmMs)
      },
    })
    return () => {
      stop()
      clearTimeout(waiting)
    }
  }, [signal])
  return value
}
