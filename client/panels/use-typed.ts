import { useEffect, useLayoutEffect, useRef, useState } from 'react'

/**
 * A text being typed into a field. What others write shows at once, unless this person has begun to type something else. It is
 * taken where the field goes away under somebody's hands: a click on the map ends a panel before its field hears that it is left.
 * `reads` gives a text as the board would say it.
 */
export function useTyped(printed: string, reads: (text: string) => string, take: (text: string) => void): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(printed)
  const [known, setKnown] = useState(printed)
  if (known !== printed) {
    setKnown(printed)
    if (text === known || reads(text) === printed) setText(printed)
  }
  const leave = useRef(() => {})
  useLayoutEffect(() => {
    leave.current = () => {
      if (text !== printed && reads(text) !== printed) take(text)
    }
  })
  useEffect(() => () => leave.current(), [])
  return [text, setText]
}
