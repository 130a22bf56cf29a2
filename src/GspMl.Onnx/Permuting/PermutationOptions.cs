using GspMl.Onnx.Collections;

namespace GspMl.Onnx;

/// <summary>For what channels are reordered.</summary>
public sealed record PermutationOptions
{
    /// <summary>The pattern that is to keep more: <see cref="SparsityPattern.OfEvery"/>.</summary>
    public SparsityPattern Pattern { get; init; } = SparsityPattern.OfEvery(2, 4);

    /// <summary>Inputs on which the model is run to see its shapes and that its outputs stay; null for made-up ones.</summary>
    public EvaluationData? Inputs { get; init; }

    /// <summary>The most threads; 0 for as many as there are processors.</summary>
    public int MaxThreads { get; init; }

    /// <summary>
    /// The most by which an output may differ from the model's before, as a part of its largest magnitude: products are added up in another
    /// order. Of models of half precision it is 5e-3 at least (bfloat16: 4e-2).
    /// </summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <exception cref="ArgumentException">A property has an impossible value.</exception>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Pattern);
        if (Pattern.Cell is null)
            throw new ArgumentException($"Pattern is {Pattern.Name}; an order of channels helps n of every m, such as 2:4.");
        Require.AtLeast(0, MaxThreads);
        Require.Positive(Tolerance);
    }
}
