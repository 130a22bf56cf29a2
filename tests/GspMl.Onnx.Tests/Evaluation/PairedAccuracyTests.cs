using FsCheck;
using FsCheck.Fluent;

namespace GspMl.Onnx.Tests.Evaluation;

public class PairedAccuracyTests
{
    // The first example of Newcombe 1998, Statistics in Medicine 17, 2635–2650: 36 pairs positive in both, 12 and 2 in one of them, method
    // 10.
    [Fact]
    public void The_interval_is_the_published_one()
    {
        var paired = new PairedAccuracy(BothRight: 36, Lost: 12, Gained: 2, BothWrong: 0);

        Assert.Equal(-0.2, paired.Change, 1e-12);
        Assert.Equal((-0.3404, -0.0569), (Math.Round(paired.Interval.Low, 4), Math.Round(paired.Interval.High, 4)));
    }

    [Fact]
    public void The_test_is_exact_and_two_sided()
    {
        Assert.Equal(2 * (1 + 14 + 91) / 16384.0, new PairedAccuracy(36, 12, 2, 0).PValue, 1e-12);
        Assert.Equal(1, new PairedAccuracy(90, 3, 3, 4).PValue);
        Assert.Equal(1, new PairedAccuracy(99, 0, 0, 1).PValue);
        Assert.Equal(0.5, new PairedAccuracy(97, 0, 2, 1).PValue, 1e-12);
    }

    [Fact]
    public void Swapping_the_models_mirrors_the_interval_which_holds_the_change() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 40).Four().Where(c => c.Item1 + c.Item2 + c.Item3 + c.Item4 > 0).ToArbitrary(), c =>
    {
        var (paired, swapped) =
            (new PairedAccuracy(c.Item1, c.Item2, c.Item3, c.Item4), new PairedAccuracy(c.Item1, c.Item3, c.Item2, c.Item4));
        var (interval, mirrored) = (paired.Interval, swapped.Interval);
        return interval.Contains(paired.Change) && interval is { Low: >= -1, High: <= 1 } && paired.PValue == swapped.PValue
            && Math.Abs(interval.Low + mirrored.High) < 1e-12 && Math.Abs(interval.High + mirrored.Low) < 1e-12;
    }));
}
