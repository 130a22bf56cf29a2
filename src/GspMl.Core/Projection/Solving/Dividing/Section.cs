namespace GspMl.Projection.Solving;

/// <summary>
/// Neighbouring vectors of one source that are worked on together: whole vectors, or one long vector, or a panel of columns. The division
/// depends on the layout alone, so that sums are formed in the same order whatever the number of threads.
/// </summary>
internal readonly record struct Section
{
    /// <summary>The source's place in the group.</summary>
    public required int Source { get; init; }

    /// <summary>The first vector within its source.</summary>
    public required int First { get; init; }

    /// <summary>The first vector within the group.</summary>
    public required int Vector { get; init; }

    /// <summary>The number of vectors.</summary>
    public required int Count { get; init; }

    /// <summary>The entries of each vector.</summary>
    public required int Length { get; init; }

    /// <summary>Entries of each vector in every part but the last.</summary>
    public required int PartLength { get; init; }

    /// <summary>The number of parts that the vectors are cut into.</summary>
    public required int Parts { get; init; }

    /// <summary>The first part's number among all chunks.</summary>
    public required int FirstChunk { get; init; }

    /// <summary>Whether lanes run across interleaved vectors instead of along each.</summary>
    public required bool Panel { get; init; }

    public required bool Weighted { get; init; }

    public required bool OwnWeights { get; init; }

    /// <summary>Vectors of fewer than two entries have no sparsity.</summary>
    public bool Defined => Length >= 2;
}

/// <summary>One part of a section: the unit of work of a pass, small enough for a core's cache.</summary>
/// <param name="Section">The section's number.</param>
/// <param name="Start">The first entry of each vector.</param>
/// <param name="Length">The number of entries of each vector.</param>
/// <param name="Slot">Where the partial sums of the section's vectors go.</param>
/// <param name="Batch">The batch it belongs to.</param>
internal readonly record struct Chunk(int Section, int Start, int Length, int Slot, int Batch);

/// <summary>Neighbouring chunks or sections.</summary>
/// <param name="First">The first one's number.</param>
/// <param name="End">The number after the last one's.</param>
/// <param name="Entries">The entries of all.</param>
internal readonly record struct Batch(int First, int End, long Entries);
