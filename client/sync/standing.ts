/** What somebody's work on a board is worth right now. Nothing here says more than is true. */
export type Standing =
  | { readonly is: 'opening' }
  /** Away from the server for a moment; too short to worry anybody with. */
  | { readonly is: 'connecting' }
  /** Everything done here is on the server's disk. */
  | { readonly is: 'saved' }
  | { readonly is: 'saving' }
  /** `unsent` changes wait; `kept` says whether this device keeps them when the page is closed. */
  | { readonly is: 'offline'; readonly unsent: number; readonly kept: boolean }
  /** The server is there and cannot take it; the sentence says why. It is tried again until it can. */
  | { readonly is: 'stuck'; readonly sentence: string; readonly unsent: number; readonly kept: boolean }
  /** It cannot go on; the sentence says why. */
  | { readonly is: 'ended'; readonly sentence: string; readonly unsent: number }
