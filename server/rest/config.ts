import { configView } from '@/domain/wallet'
import { getConfig } from '@/server/http/get-config'
import { answerJson } from './answer'
import { defineRoute, type RestApp } from './define-route'

export function addConfigRoutes(app: RestApp): void {
  defineRoute(app, {
    method: 'get',
    path: '/api/v1/config',
    tag: 'Deployment',
    summary: 'Chain, contracts and features of this deployment',
    auth: 'none',
    answers: { 200: { description: 'The configuration', schema: configView } },
    handle: async () => answerJson(await getConfig()),
  })
}
