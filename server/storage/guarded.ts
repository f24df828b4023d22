import { faultOf } from './faults.ts'

type Method = (...args: never[]) => Promise<unknown>
type Ports<T> = { readonly [P in keyof T]: { readonly [M in keyof T[P]]: Method } }

/** The same ports, whose errors are StoreErrors where the store's files are at fault. `mustBeThere` throws where nothing may be asked any more. */
export function guarded<T extends Ports<T>>(ports: T, folder: string, mustBeThere: () => void = () => undefined): T {
  const guard =
    (method: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]): Promise<unknown> => {
      try {
        mustBeThere()
        return await method(...args)
      } catch (error) {
        throw faultOf(folder, error)
      }
    }
  const guardAll = (port: object) => Object.fromEntries(Object.entries(port).map(([name, method]) => [name, guard(method as (...args: unknown[]) => Promise<unknown>)]))
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, guardAll(port as object)])) as unknown as T
}
