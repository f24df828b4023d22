import { type ReactNode, useState } from 'react'
import { Failed } from './Failed.tsx'
import { Fence } from './Fence.tsx'

interface FencedProps {
  /** What people call it. */
  readonly part: string
  /** The class that places it. */
  readonly place?: string
  readonly close?: (() => void) | undefined
  readonly children: ReactNode
}

/** A part of the page that keeps what it throws to itself, says so in its place, and can be tried again. */
export function Fenced({ part, place, close, children }: FencedProps) {
  const [times, setTimes] = useState(0)
  return (
    <Fence again={times} instead={<Failed part={part} place={place ?? ''} again={() => setTimes(times + 1)} close={close} />}>
      {children}
    </Fence>
  )
}
