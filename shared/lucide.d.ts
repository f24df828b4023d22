// The icon package ships one plain-data module an icon, but types only for the whole set.
declare module 'lucide/dist/esm/icons/*.mjs' {
  const icon: readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[]
  export default icon
}
