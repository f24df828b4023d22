import { Component, type ReactNode } from 'react'

interface FenceProps {
  readonly children: ReactNode
  /** What is there instead once something threw. */
  readonly instead: ReactNode
  readonly caught?: (error: unknown) => void
  /** Another value is another try. */
  readonly again?: unknown
}

/** What was being tried when it threw, as soon as that is known. */
interface Broken {
  readonly at?: { readonly again: unknown }
}

/** Keeps what throws while it is drawn from taking the rest of the page along. React lets only classes do this. */
export class Fence extends Component<FenceProps, { readonly broken: Broken | undefined }> {
  override state: { readonly broken: Broken | undefined } = { broken: undefined }
  static getDerivedStateFromError() {
    return { broken: {} }
  }
  override componentDidCatch(error: unknown) {
    this.setState({ broken: { at: { again: this.props.again } } })
    this.props.caught?.(error)
  }
  override render() {
    const { broken } = this.state
    return broken && (!broken.at || broken.at.again === this.props.again) ? this.props.instead : this.props.children
  }
}
