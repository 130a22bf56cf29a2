using System.Numerics;

namespace GspMl.Projection;

/// <summary>
/// Finds the multiplier of a group and writes the projection. The data is read about once to solve and once to write: a sample gives a
/// bracket for the multiplier; one pass over everything sums what lies over the bracket and collects the few entries within it; Newton's
/// method then works on these alone; a last pass writes.
/// </summary>
internal sealed unsafe partial class GroupSolver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Groups of fewer entries are not worth a sample, nor a second thread: they stay in a core's cache between passes.</summary>
    private const int SmallGroup = 1 << 15;

    private readonly ProjectionOptions options;
    private readonly Division<T> division = new(), alongRows = new();
    private readonly VectorTable table = new();
    private readonly Workforce crowd, alone;
    private readonly Worker<T>[] workers;
    private readonly Action<int, int> workOnChunks, workOnSections, workOnWriting;
    private Action<int, int>? batchWork;

    /// <summary>What multipliers are multiplied with while they are sought: 1 unless the data is near the ends of double.</summary>
    private double unit = 1;

    private double entriesRead;

    public GroupSolver(ProjectionOptions options)
    {
        this.options = options;
        crowd = new(options.MaxThreads == 0 ? Environment.ProcessorCount : options.MaxThreads);
        alone = new(1);
        writing = division;
        workers = [.. Enumerable.Range(0, crowd.Threads).Select(_ => new Worker<T>())];
        workOnChunks = (batch, worker) => WorkOn(division.ChunkBatches[batch], worker);
        workOnWriting = (batch, worker) => WorkOn(writing.ChunkBatches[batch], worker);
        workOnSections = (batch, worker) => WorkOn(division.SectionBatches[batch], worker);
        scanChunk = ScanChunk;
        shapeChunk = ShapeChunk;
        sumChunk = SumChunk;
        collectBatch = CollectBatch;
        shrinkSection = ShrinkSection;
        evaluateSection = EvaluateSection;
        settleSection = SettleSection;
        lastUnder = LastUnder;
        sumTies = SumTies;
        writeChunk = WriteChunk;
    }

    public ReadOnlySpan<double> VectorSparsities => table.Sparsity.Span(division.Vectors);

    /// <summary>Entries read from memory by the last call, the sample and the writing pass included, for each entry of the group.</summary>
    public double EntriesReadPerEntry => division.Entries == 0 ? 0 : entriesRead / division.Entries;

    /// <summary>Called after each pass over the data; for the tests.</summary>
    public Action? Passed { get; set; }

    private double Tolerance => options.Tolerance ?? GspProjector<T>.DefaultTolerance;

    private bool IsSmall => division.Entries < SmallGroup;

    private bool HasWeights
    {
        get
        {
            foreach (ref readonly var source in division.Sources)
            {
                if (source.HasWeights) return true;
            }
            return false;
        }
    }

    private Workforce Force => division.Entries < 4 * SmallGroup ? alone : crowd;

    public void Begin()
    {
        division.Clear();
        foreach (var worker in workers) worker.Tile.Forget();
    }

    public void Add(in VectorSource<T> source) => division.Add(source);

    public ProjectionResult Solve(SparsityTarget target, CancellationToken cancel)
    {
        counting = oneHotStays = target.IsZeros;
        Prepare();
        cancel.ThrowIfCancellationRequested();
        return Write(target.IsZeros ? SolveZeros(target.Value, cancel) : SolveHoyer(target.Value, cancel), cancel);
    }

    public ProjectionResult Apply(double multiplier)
    {
        counting = oneHotStays = false;
        Prepare();
        ScanAll();
        Evaluate(multiplier * unit);
        return Write(new(multiplier * unit, multiplier == 0 ? ProjectionEnding.Unchanged : ProjectionEnding.Met, 1), CancellationToken.None);
    }

    public SparsityAtMultiplier SparsityAt(double multiplier)
    {
        counting = oneHotStays = false;
        Prepare();
        ScanAll();
        var (sum, slope) = Evaluate(multiplier * unit);
        var counted = Count().Vectors;
        return counted == 0 ? new(1, 0, 0) : new(sum / counted, slope * unit / counted, counted);
    }

    /// <summary>A pass over all entries of the group.</summary>
    private void PassOver(Action<int, int> chunkWork)
    {
        entriesRead += division.Entries;
        batchWork = chunkWork;
        Force.Run(division.ChunkBatches.Length, workOnChunks);
        Passed?.Invoke();
    }

    /// <summary>Work on what is known of the vectors, section by section.</summary>
    private void OverSections(Action<int, int> sectionWork)
    {
        batchWork = sectionWork;
        Force.Run(division.SectionBatches.Length, workOnSections);
    }

    private void WorkOn(in Batch batch, int worker)
    {
        for (var index = batch.First; index < batch.End; index++) batchWork!(index, worker);
    }

    private (long Vectors, long Zero, long Undefined) Count()
    {
        var (vectors, zero, undefined) = (0L, 0L, 0L);
        foreach (ref readonly var section in division.Sections)
        {
            if (!section.Defined)
            {
                undefined += section.Count;
                continue;
            }
            vectors += section.Count;
            for (var v = section.Vector; v < section.Vector + section.Count; v++)
            {
                if (table.Largest[v] == 0) zero++;
            }
        }
        return (vectors, zero, undefined);
    }
}
