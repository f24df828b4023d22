import { type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react'
import { Failed, type FailedProps } from './Failed.tsx'
import { Fence } from './Fence.tsx'
import { loaded, NotLoaded } from './load.ts'

interface Look {
  /** What people call it. */
  readonly name: string
  /** Whether it lies over the page. */
  readonly over?: boolean
  /** What is there until it is. */
  readonly meanwhile?: ReactNode
  /** What is there where it failed. */
  readonly failed?: ComponentType<FailedProps>
}

/**
 * A part of the page that is loaded when it is first wanted, and fenced. Where it does not come or throws, that is said in its place,
 * and the next try loads it anew: React would remember that it failed.
 */
export function part<P extends object>(load: () => Promise<{ default: ComponentType<P> }>, { name, over = false, meanwhile = null, failed: Instead = Failed }: Look): ComponentType<P> {
  const fresh = () => lazy(() => loaded(load))
  let current = fresh()
  function Part(props: P) {
    const [tried, setTried] = useState({ content: current })
    const Content = tried.content as ComponentType<P>
    const again = () => setTried({ content: current })
    const close = 'close' in props && typeof props.close === 'function' ? (props.close as () => void) : undefined
    const caught = (error: unknown) => {
      if (error instanceof NotLoaded && current === tried.content) current = fresh()
    }
    return (
      <Fence again={tried} caught={caught} instead={<Instead part={name} again={again} close={close} over={over} />}>
        <Suspense fallback={meanwhile}>
          <Content {...props} />
        </Suspense>
      </Fence>
    )
  }
  return Part
}
