# What would be refused of what is in a namespace: sh ask.sh mcp
# Nothing is changed; each warning stands above the name of its object.
for each in $(kubectl get -n "$1" -o name \
  pods,deploy,sts,ds,jobs,cronjobs,services,networkpolicies); do
  kubectl label -n "$1" --dry-run=server "$each" asked=yes
done
