using System.Numerics;
using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Solving;

/// <summary>
/// The engine against the plain specification, in every shape, large enough for the sample, the collecting pass and several threads.
/// </summary>
public class SpecificationTests
{
    public static TheoryData<string, double, bool> InDouble => Cases((0.3, false), (0.99, false), (1.0, false), (0.5, true));

    public static TheoryData<string, double, bool> InFloat => Cases((0.8, false), (0.6667, true));

    private static TheoryData<string, double, bool> Cases(params (double Target, bool Zeros)[] targets)
    {
        var cases = new TheoryData<string, double, bool>();
        foreach (var shape in SampleGroups.Shapes)
        {
            foreach (var (target, zeros) in targets) cases.Add(shape, target, zeros);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(InDouble))]
    public void In_double_results_agree(string shape, double target, bool zeros) => Compare<double>(shape, target, zeros, new(), 1e-9);

    [Theory]
    [MemberData(nameof(InFloat))]
    public void In_float_results_agree(string shape, double target, bool zeros) => Compare<float>(shape, target, zeros, new(), 1e-5);

    [Theory]
    [InlineData("rows")]
    [InlineData("columns")]
    [InlineData("long")]
    [InlineData("ragged")]
    [InlineData("columns, own weights")]
    public void With_unit_norm_results_agree(string shape) => Compare<double>(shape, 0.8, false, new() { UnitNorm = true }, 1e-9);

    [Theory]
    [InlineData("rows")]
    [InlineData("columns")]
    [InlineData("quantised")]
    public void With_original_values_results_agree(string shape) =>
        Compare<float>(shape, 0.8, false, new() { Values = ProjectionValues.Original }, 0);

    private static unsafe void Compare<T>(string shape, double value, bool zeros, ProjectionOptions options, double relative)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var target = zeros ? SparsityTarget.Zeros(value) : SparsityTarget.Hoyer(value);
        var (group, expected) = (new VectorGroup<T>(), new List<T[]>());
        var blocks = SampleGroups.Shaped<T>(shape);
        var handles = new List<System.Buffers.MemoryHandle>();
        var reference = new ReferenceSolver<T>(options);
        reference.Begin();
        foreach (var (values, layout, weights) in blocks)
        {
            var (from, to) = ((Memory<T>)values.ToArray(), values.ToArray());
            expected.Add(to);
            handles.AddRange([from.Pin(), to.AsMemory().Pin(), weights.AsMemory().Pin()]);
            reference.Add(new((T*)handles[^3].Pointer, (T*)handles[^2].Pointer, null, layout, (T*)handles[^1].Pointer, weights.Length));
            group.Add(values, layout, weights);
        }
        var wanted = reference.Solve(target, default);
        foreach (var handle in handles) handle.Dispose();
        var result = new GspProjector<T>(options).Project(group, target);

        Assert.Equal(wanted.Ending, result.Ending);
        Assert.Equal((wanted.Vectors, wanted.ZeroVectors, wanted.UndefinedVectors),
            (result.Vectors, result.ZeroVectors, result.UndefinedVectors));
        Assert.Equal(wanted.Sparsity, result.Sparsity, Math.Max(relative, 1e-9));
        Assert.Equal(wanted.Zeros, result.Zeros, zeros ? 0 : 1e-4);
        for (var block = 0; block < blocks.Length; block++)
        {
            var largest = expected[block].Max(T.Abs);
            for (var at = 0; at < expected[block].Length; at++)
            {
                var difference = T.Abs(expected[block][at] - blocks[block].Values[at]);
                Assert.True(difference <= T.CreateTruncating(relative) * largest,
                    $"{result} {wanted}: block {block}, element {at} is {blocks[block].Values[at]} instead of {expected[block][at]}");
            }
        }
    }
}
