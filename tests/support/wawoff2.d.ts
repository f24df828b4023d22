declare module 'wawoff2' {
  /** A font file without its compression. */
  export function decompress(font: Uint8Array): Promise<Uint8Array>
}
