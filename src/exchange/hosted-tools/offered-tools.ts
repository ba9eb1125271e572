import type { OfferedHosted } from '../../core/hosted.ts'
import type { Model } from '../../core/model.ts'
import type { SearchService } from '../../core/search.ts'
import type { RemoteFiles } from '../remote-files/remote-files.ts'
import type { HostedTool } from './hosted-tool.ts'
import { webFetch } from './web-fetch.ts'
import { webSearch } from './web-search.ts'

/** What the bridge has to run vendors' tools with; absent is what the user did not configure. */
export interface HostedServices {
  search?: SearchService
  /** Of the request. */
  files?: RemoteFiles
}

/** The tools that one request offers and the bridge can run. */
export function offeredTools({ search, fetch }: OfferedHosted, services: HostedServices, model: Model): HostedTool[] {
  return [
    ...(search && services.search ? [webSearch(services.search, search)] : []),
    ...(fetch && services.files ? [webFetch(services.files, fetch, model)] : []),
  ]
}
