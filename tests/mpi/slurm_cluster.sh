# slurm_cluster.sh - a real Slurm on this one machine, for the slurm_*.test scripts, which source it
# after tap.sh:
#
#     cluster_or_skip         ends the script as skipped where Slurm, root or mpirun is missing
#     cluster_up N            starts it with nodes n1..nN of four cores each; nonzero if it fails
#     cluster_down            stops it; also done when the script ends
#
#     job=$(submit FILE)      the number of a job
#     job_state JOB           PENDING, RUNNING, COMPLETED ...
#     wait_for SECONDS COMMAND...      until the command succeeds
#     hurry JOB               a requeued job does not wait two minutes
#     kill_rank SWEEP RANK    kills that rank of the run of that sweep file, here
#
# All its files are in $scratch, with its own keys, sockets and ports.  With more than one node each
# has its own host name and /dev/shm, since ranks of several nodes would otherwise share them.
#
# shellcheck shell=sh disable=SC2154 # tap.sh sets scratch and srcdir

cluster=$scratch/slurm
cluster_pids=

cluster_or_skip()
{
    PATH=$PATH:/usr/sbin:/sbin
    test "$(id -u)" = 0 || skip_all "only root can start a Slurm"
    for program in munged slurmctld slurmd sbatch unshare sqlite3; do
        command -v $program >/dev/null || skip_all "no $program"
    done
    test -n "$MPIRUN" || skip_all "no mpirun"
    trap 'cluster_down; rm -rf "$scratch"' EXIT
}

# wait_for SECONDS COMMAND...
wait_for()
{
    until=$(($(date +%s) + $1))
    shift
    while ! "$@" >/dev/null 2>&1; do
        test "$(date +%s)" -lt $until || return 1
        sleep 0.3
    done
}

# cluster_config NODES: the ports depend on the process ID, so that two clusters do not conflict.
cluster_config()
{
    host=$(hostname -s)
    port=$((20000 + $$ % 1000 * 10))
    cat <<EOF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$cluster/munge.socket
SlurmctldPort=$port
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool/%n
TmpFS=$cluster/tmp/%n
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd.%n.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MailProg=/bin/true
MpiDefault=none
ReturnToService=2
KillWait=5
MinJobAge=600
EOF
    for i in $(seq "$1"); do
        hostname=
        test "$1" -gt 1 || hostname="NodeHostname=$host"
        echo "NodeName=n$i $hostname NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=4 Sockets=1" \
            "CoresPerSocket=4 ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN"
    done
    cat <<EOF
PartitionName=low Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=5
PartitionName=high Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
EOF
}

# start_node NODES I
start_node()
{
    if test "$1" = 1; then
        slurmd -D -N n1 >"$cluster/n1.out" 2>&1 &
    else
        unshare --uts --mount --propagation private sh -c '
            hostname "$1" && mount -t tmpfs -o size=256m,mode=1777 tmpfs /dev/shm &&
                mount --bind "$2/hosts" /etc/hosts && exec slurmd -D -N "$1"
        ' sh "n$2" "$cluster" >"$cluster/n$2.out" 2>&1 &
    fi
    cluster_pids="$cluster_pids $!"
}

all_idle()
{
    test "$(sinfo -h -N -p low -o %T | sort -u)" = idle
}

cluster_up()
{
    mkdir -p "$cluster/state" "$cluster/spool" "$cluster/tmp"
    for i in $(seq "$1"); do
        mkdir -p "$cluster/spool/n$i" "$cluster/tmp/n$i"
    done
    SLURM_CONF=$cluster/slurm.conf
    OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo
    export SLURM_CONF OMPI_MCA_btl_tcp_if_include OMPI_MCA_oob_tcp_if_include
    cluster_config "$1" >"$SLURM_CONF"
    echo "127.0.0.1 localhost $(hostname) $(hostname -s) $(seq -s ' ' -f 'n%g' "$1")" >"$cluster/hosts"
    dd if=/dev/urandom of="$cluster/munge.key" bs=128 count=1 2>/dev/null
    chmod 400 "$cluster/munge.key"
    chmod 755 "$scratch" "$cluster"
    munged --foreground --force --key-file "$cluster/munge.key" --socket "$cluster/munge.socket" \
        --pid-file "$cluster/munged.pid" --log-file "$cluster/munged.log" \
        --seed-file "$cluster/munge.seed" >"$cluster/munged.out" 2>&1 &
    cluster_pids=$!
    wait_for 10 test -S "$cluster/munge.socket" || return 1
    slurmctld -D >"$cluster/slurmctld.out" 2>&1 &
    cluster_pids="$! $cluster_pids"
    for i in $(seq "$1"); do
        start_node "$1" "$i"
    done
    wait_for 30 all_idle && return
    cat "$cluster"/*.out "$cluster"/*.log
    return 1
}

cluster_down()
{
    test -n "$cluster_pids" || return
    scancel --full -s KILL -u root 2>/dev/null
    wait_for 10 test -z "$(squeue -h 2>/dev/null)"
    # shellcheck disable=SC2086 # numbers
    kill $cluster_pids 2>/dev/null
    # shellcheck disable=SC2086
    wait $cluster_pids 2>/dev/null
    cluster_pids=
}

# ---- jobs ----

submit()
{
    sbatch --parsable "$@"
}

job_field()
{
    scontrol show job -o "$1" | sed -n "s/.* $2=\([^ ]*\).*/\1/p"
}

job_state()
{
    job_field "$1" JobState
}

is_running()
{
    test "$(job_state "$1")" = RUNNING
}

has_ended()
{
    case $(job_state "$1") in
    PENDING | CONFIGURING | RUNNING | COMPLETING | REQUEUED | PREEMPTED) return 1 ;;
    esac
}

has_restarted()
{
    test "$(job_field "$1" Restarts)" -gt 0
}

# Not at once: its old batch script may still be ending, and Slurm would confuse the new one with
# it.
hurry()
{
    test "$(job_state "$1")" = PENDING || return 0
    sleep 3
    scontrol update "JobId=$1" StartTime=now
}

# Waits until the job has ended finally, however often it is requeued.
ended_at_last()
{
    hurry "$1"
    has_ended "$1"
}

kill_rank()
{
    killed=1
    for pid in $(pgrep -f "$BRAINSWEEP run $1"); do
        test "$(readlink "/proc/$pid/cwd")" = "$(pwd -P)" || continue
        test -z "$(pgrep -P "$pid")" || continue # it only waits for the process that works
        tr '\0' '\n' <"/proc/$pid/environ" | grep -qx "OMPI_COMM_WORLD_RANK=$2" || continue
        kill -KILL "$pid" && killed=0
    done
    return $killed
}
