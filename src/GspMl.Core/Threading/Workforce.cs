using System.Runtime.ExceptionServices;

namespace GspMl.Threading;

/// <summary>
/// Runs numbered pieces of work on the calling thread and on threads of the pool. Which thread does which piece is left to chance; pieces
/// that write only to places of their own therefore give the same result for any number of threads. Nothing is allocated for a run.
/// </summary>
internal sealed class Workforce
{
    /// <summary>How often, and for how long each time, the calling thread looks again before it sleeps: some 30 µs in all.</summary>
    private const int SpinTurns = 100, SpinLength = 8;

    private readonly object gate = new();
    private readonly Hand[] hands;
    private Action<int, int>? work;
    private Exception? failure;
    private int next, pieces, active, joined;
    private bool open;

    /// <param name="threads">The most threads to use, the caller's among them.</param>
    public Workforce(int threads)
    {
        Threads = threads;
        hands = new Hand[threads - 1];
        for (var i = 0; i < hands.Length; i++) hands[i] = new(this);
    }

    public int Threads { get; }

    /// <summary>Calls <paramref name="work"/> once for each piece, with its number and that of the worker, 0 … Threads − 1.</summary>
    public void Run(int pieces, Action<int, int> work)
    {
        if (Threads == 1 || pieces < 2)
        {
            for (var piece = 0; piece < pieces; piece++) work(piece, 0);
            return;
        }
        lock (gate) (this.work, this.pieces, next, active, joined, open, failure) = (work, pieces, -1, 0, 0, true, null);
        for (var i = 0; i < Math.Min(hands.Length, pieces - 1); i++) ThreadPool.UnsafeQueueUserWorkItem(hands[i], preferLocal: false);
        TakePieces(worker: 0);
        lock (gate) open = false;
        // A last piece is seldom longer than it takes to fall asleep and be woken.
        for (var turn = 0; turn < SpinTurns && Volatile.Read(ref active) > 0; turn++) Thread.SpinWait(SpinLength);
        lock (gate)
        {
            while (active > 0) Monitor.Wait(gate);
        }
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    private void TakePieces(int worker)
    {
        try
        {
            for (var piece = Interlocked.Increment(ref next); piece < pieces; piece = Interlocked.Increment(ref next)) work!(piece, worker);
        }
        catch (Exception e)
        {
            failure = e;
            Interlocked.Exchange(ref next, int.MaxValue / 2);
        }
    }

    /// <summary>One helper. It may come too late, or from an earlier run: it joins whatever is open.</summary>
    private sealed class Hand(Workforce force) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            int worker;
            lock (force.gate)
            {
                if (!force.open || force.joined == force.hands.Length) return;
                force.active++;
                worker = ++force.joined;
            }
            force.TakePieces(worker);
            lock (force.gate)
            {
                if (--force.active == 0 && !force.open) Monitor.Pulse(force.gate);
            }
        }
    }
}
