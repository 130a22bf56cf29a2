using GspMl.Projection;
using GspMl.Projection.Solving;

namespace GspMl.Core.Tests.Projection.Solving.Passes;

public class EvaluationTests
{
    [Theory]
    [InlineData("rows")]
    [InlineData("columns")]
    [InlineData("long")]
    [InlineData("shared weights")]
    [InlineData("columns, own weights")]
    public unsafe void What_a_bracket_leaves_gives_the_sums_of_all_entries(string shape)
    {
        var (values, layout, weights) = SampleGroups.Shaped<double>(shape)[0];
        fixed (double* c = values, w = weights)
        {
            var group = new Group<double>(new());
            group.Division.Add(new(c, null, null, layout, w, weights.Length));
            var scan = new GroupScan<double>(group, new(group));
            var (partial, bracket) = (new PartialSums<double>(group.Division), new BracketEntries<double>(group));
            var sums = new BracketSums<double>(group, bracket);
            var evaluation = new Evaluation<double>(group, scan, partial, bracket, sums);
            partial.Prepare();
            bracket.Prepare();
            evaluation.Prepare();
            scan.Prepare();

            // At √n − 1 a plain vector is thresholded at 1.
            var one = HoyerScale.Range(layout.Length);
            double[] multipliers = [0.45 * one, 0.6 * one, 0.75 * one];
            var all = multipliers.Select(evaluation.At).ToArray();
            new CollectingPass<double>(group, scan, partial, bracket).Run(0.3 * one, 0.8 * one);
            Agree(all, [.. multipliers.Select(evaluation.At)]);
            var before = bracket.CountAll();
            sums.Shrink(0.44 * one, 0.76 * one);
            Agree(all, [.. multipliers.Select(evaluation.At)]);
            Assert.InRange(bracket.CountAll(), 1, before - 1);
        }
    }

    private static void Agree((double Sum, double Slope)[] expected, (double Sum, double Slope)[] actual)
    {
        foreach (var (wanted, found) in expected.Zip(actual))
        {
            Assert.Equal(wanted.Sum, found.Sum, 1e-11 * wanted.Sum);
            Assert.Equal(wanted.Slope, found.Slope, 1e-9 * wanted.Slope);
        }
    }
}
