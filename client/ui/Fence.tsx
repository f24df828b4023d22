import { Component, createContext, type ReactNode } from 'react'

/** What was thrown, for what stands instead of what threw it. */
export const Thrown = createContext<unknown>(undefined)

interface FenceProps {
  readonly children: ReactNode
  /** What is there instead once something threw. */
  readonly instead: ReactNode
  readonly caught?: (error: unknown) => void
  /** Another value is another try. */
  readonly again?: unknown
}

/** What was thrown, and what was being tried then, as soon as that is known. */
interface Broken {
  readonly error: unknown
  readonly at?: { readonly again: unknown }
}

/** Keeps what throws while it is drawn from taking the rest of the page along. React lets only classes do this. */
export class Fence extends Component<FenceProps, { readonly broken: Broken | undefined }> {
  override state: { readonly broken: Broken | undefined } = { broken: undefined }
  static getDerivedStateFromError(error: unknown) {
    return { broken: { error } }
  }
  override componentDidCatch(error: unknown) {
    this.setState({ broken: { error, at: { again: this.props.again } } })
    this.props.caught?.(error)
  }
  override render() {
    const { broken } = this.state
    const { again, instead, children } = this.props
    if (!broken || (broken.at && broken.at.again !== again)) return children
    return <Thrown value={broken.error}>{instead}</Thrown>
  }
}
