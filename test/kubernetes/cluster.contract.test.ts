/** The conformance suite against the API server that KUBECONFIG names, which may have a node of its own. */
import { clusterSuite } from '../contract/cluster.suite.ts';
import { onApiServer } from '../support/api-server-under-test.ts';

const kubeconfigPath = process.env['KUBECONFIG'];
if (!kubeconfigPath) throw new Error('these tests need an API server: set KUBECONFIG');

clusterSuite('a real kube-apiserver', onApiServer(kubeconfigPath, 'controller-manager'));
