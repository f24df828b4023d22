import { useEffect, useLayoutEffect, useRef, useState } from 'react'

interface Typed {
  readonly text: string
  readonly setText: (text: string) => void
  /** What somebody else made of it while this person types, where the two cannot be one. */
  readonly meanwhile: string | undefined
}

interface Ways {
  /** A text as the board would say it. */
  readonly reads: (text: string) => string
  readonly take: (text: string) => void
  /** What was typed, made to what others wrote since: `before → typed` onto `current`. */
  readonly merge?: ((before: string, typed: string, current: string) => string) | undefined
}

/**
 * A text being typed into a field. What others write shows at once; where this person has begun to type something else, both are
 * kept if they can be. It is taken where the field goes away under somebody's hands: a click on the map ends a panel before its
 * field hears that it is left.
 */
export function useTyped(printed: string, { reads, take, merge }: Ways): Typed {
  const [text, setText] = useState(printed)
  const [known, setKnown] = useState(printed)
  const [meanwhile, setMeanwhile] = useState<string>()
  if (known !== printed) {
    setKnown(printed)
    if (text === known || reads(text) === printed) setText(printed)
    else if (merge) setText(merge(known, text, printed))
    else setMeanwhile(printed)
  }
  const leave = useRef(() => {})
  useLayoutEffect(() => {
    leave.current = () => {
      if (text !== printed && reads(text) !== printed) take(text)
    }
  })
  useEffect(() => () => leave.current(), [])
  return { text, setText, meanwhile: meanwhile === printed && text !== printed ? meanwhile : undefined }
}
