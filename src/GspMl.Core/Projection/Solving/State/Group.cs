using System.Numerics;
using GspMl.Threading;

namespace GspMl.Projection.Solving;

/// <summary>The vectors of a call: how they are divided, what is known of each, and who works on them.</summary>
internal sealed class Group<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Groups of fewer entries are not worth a sample.</summary>
    private const int SmallGroup = 1 << 12;

    /// <summary>Groups of fewer entries are not worth a second thread: they stay in a core's cache between passes.</summary>
    private const int LonelyGroup = 1 << 17;

    /// <summary>What is known of fewer vectors is worked on in less time than it takes to call a second thread.</summary>
    private const int LonelyVectors = 1 << 9;

    private readonly Workforce crowd, alone = new(1);
    private readonly Action<int, int> workOnChunks, workOnSections;
    private Division<T> passed;
    private Action<int, int>? batchWork;

    public Group(ProjectionOptions options)
    {
        Options = options;
        crowd = new(Threads.Resolve(options.MaxThreads));
        Workers = [.. Enumerable.Range(0, crowd.Threads).Select(_ => new Worker<T>())];
        Rows = new(Division, Table, Workers);
        passed = Division;
        workOnChunks = (batch, worker) => WorkOn(passed.ChunkBatches[batch], worker);
        workOnSections = (batch, worker) => WorkOn(Division.SectionBatches[batch], worker);
    }

    public ProjectionOptions Options { get; }

    public Division<T> Division { get; } = new();

    public VectorTable Table { get; } = new();

    public Worker<T>[] Workers { get; }

    public RowAccess<T> Rows { get; }

    /// <summary>Whether the third of a vector's sums counts its support, for a fraction of zeros.</summary>
    public bool CountsZeros { get; set; }

    /// <summary>Whether the one entry that is left of a vector must not be a zero.</summary>
    public bool KeepsOneEntry { get; set; }

    /// <summary>Entries read from memory by the call.</summary>
    public double EntriesRead { get; set; }

    /// <summary>Called after each pass over the data; for the tests.</summary>
    public Action? Passed { get; set; }

    public bool IsSmall => Division.Entries < SmallGroup;

    public bool HasWeights
    {
        get
        {
            foreach (ref readonly var source in Division.Sources)
            {
                if (source.HasWeights) return true;
            }
            return false;
        }
    }

    public Workforce Force => Division.Entries < LonelyGroup ? alone : crowd;

    public void Clear()
    {
        Division.Clear();
        foreach (var worker in Workers) worker.Tile.Forget();
    }

    /// <summary>A pass over all entries, chunk by chunk.</summary>
    public void PassOver(Action<int, int> chunkWork) => PassOver(Division, chunkWork);

    /// <summary>The same with the entries divided in another way.</summary>
    public void PassOver(Division<T> division, Action<int, int> chunkWork)
    {
        (passed, batchWork) = (division, chunkWork);
        PassOverBatches(division, workOnChunks);
    }

    /// <summary>A pass over all entries, batch by batch.</summary>
    public void PassOverBatches(Division<T> division, Action<int, int> work)
    {
        EntriesRead += Division.Entries;
        Force.Run(division.ChunkBatches.Length, work);
        Passed?.Invoke();
    }

    /// <summary>Work on what is known of the vectors, section by section.</summary>
    public void OverSections(Action<int, int> sectionWork)
    {
        batchWork = sectionWork;
        (Division.Vectors < LonelyVectors ? alone : crowd).Run(Division.SectionBatches.Length, workOnSections);
    }

    /// <summary>How many vectors count in an average.</summary>
    public long Counted
    {
        get
        {
            var vectors = 0L;
            foreach (ref readonly var section in Division.Sections) vectors += section.Defined ? section.Count : 0;
            return vectors;
        }
    }

    /// <summary>How many vectors count in an average, how many of these are zero, and how many have no sparsity.</summary>
    public (long Vectors, long Zero, long Undefined) Count()
    {
        var (vectors, zero, undefined) = (0L, 0L, 0L);
        foreach (ref readonly var section in Division.Sections)
        {
            if (!section.Defined)
            {
                undefined += section.Count;
                continue;
            }
            vectors += section.Count;
            for (var v = section.Vector; v < section.Vector + section.Count; v++)
            {
                if (Table.Largest[v] == 0) zero++;
            }
        }
        return (vectors, zero, undefined);
    }

    private void WorkOn(in Batch batch, int worker)
    {
        for (var index = batch.First; index < batch.End; index++) batchWork!(index, worker);
    }
}
