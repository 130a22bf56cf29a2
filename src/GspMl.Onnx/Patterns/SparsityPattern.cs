using GspMl.Onnx.Patterns;

namespace GspMl.Onnx;

/// <summary>
/// Where zeros may lie. It goes with every score, allocation and choice of values; compared by content. Patterns other than
/// <see cref="Scattered"/> are asked for by a fraction of zeros.
/// </summary>
public abstract class SparsityPattern : IEquatable<SparsityPattern>
{
    private protected SparsityPattern()
    {
    }

    /// <summary>Anywhere. Files become smaller when compressed; no kernel of ONNX Runtime becomes faster.</summary>
    public static SparsityPattern Scattered { get; } = new ScatteredPattern();

    /// <summary>
    /// Whole input channels of blocks of filters: each block reads the same number of channels, of its own choice, so that a layer is one
    /// Gather and one grouped convolution. For Conv of one group, Gemm and MatMul.
    /// </summary>
    /// <param name="block">
    /// Filters of a block, at least 1; of a layer whose filters it does not divide, the nearest divisor is taken.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="block"/> is not positive.</exception>
    public static SparsityPattern Columns(int block = 64) => new ColumnsPattern(Positive(block, nameof(block)));

    /// <summary>
    /// At most <paramref name="kept"/> of every <paramref name="of"/> weights that follow each other along the input channels, at each
    /// kernel position of each filter: 2 of 4 is what TensorRT and sparse tensor cores take. Every layer then has 1 − kept/of zeros.
    /// Layers whose input channels <paramref name="of"/> does not divide are left alone.
    /// </summary>
    /// <param name="kept">Weights that stay, at least 1.</param>
    /// <param name="of">Weights that follow each other; more than <paramref name="kept"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public static SparsityPattern OfEvery(int kept, int of)
        => Positive(kept, nameof(kept)) < of ? new OfEveryPattern(kept, of)
            : throw new ArgumentOutOfRangeException(nameof(of), of, $"{kept} of every {of} weights leaves none to go.");

    /// <summary>
    /// Blocks of <paramref name="filters"/> × <paramref name="inputs"/> weights: filters that follow each other, input channels that follow
    /// each other at one kernel position. Layers that cannot be divided so are left alone.
    /// </summary>
    /// <param name="filters">Filters of a block, at least 1.</param>
    /// <param name="inputs">Input channels of a block, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public static SparsityPattern Blocks(int filters, int inputs)
        => new BlocksPattern(Positive(filters, nameof(filters)), Positive(inputs, nameof(inputs)));

    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether zeros may lie anywhere.</summary>
    internal bool IsScattered => this is ScatteredPattern;

    /// <summary>Whether layers can be written so that they run faster.</summary>
    internal bool IsColumns => this is ColumnsPattern;

    /// <summary>The zeros that it alone decides, as a fraction; null where a target does.</summary>
    internal virtual double? FixedZeros => null;

    /// <summary>How many of how many input channels that follow each other stay; null where the pattern is another.</summary>
    internal virtual (int Kept, int Of)? Cell => null;

    /// <summary>Why a weight is left alone; null where it is not.</summary>
    internal virtual string? Obstacle(PrunableWeight weight) => null;

    /// <summary>What of a weight goes or stays together; null where each entry does so alone. Only where there is no obstacle.</summary>
    internal virtual PatternLayout? Layout(PrunableWeight weight) => null;

    /// <inheritdoc/>
    public bool Equals(SparsityPattern? other) => other is not null && other.Name == Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SparsityPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static int Positive(int value, string name) => value >= 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it is at least 1.");
}
