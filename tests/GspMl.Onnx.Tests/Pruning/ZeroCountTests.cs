using GspMl.Onnx.Pruning;

namespace GspMl.Onnx.Tests.Pruning;

public class ZeroCountTests
{
    [Fact]
    public void Every_length_counts_as_a_loop_does()
    {
        for (var length = 0; length <= 130; length++)
        {
            var values = Enumerable.Range(0, length).Select(i => (i % 5) switch { 0 => 0f, 1 => -0f, _ => i }).ToArray();
            Assert.Equal(values.Count(v => v == 0), ZeroCount.Of<float>(values));
            Assert.Equal(values.Count(v => v == 0), ZeroCount.Of<double>(values.Select(v => (double)v).ToArray()));
        }
    }
}
