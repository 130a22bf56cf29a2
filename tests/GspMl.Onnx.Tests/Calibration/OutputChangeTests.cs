using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Tests.Calibration;

public class OutputChangeTests
{
    [Fact]
    public void It_is_the_squared_difference_as_a_fraction_of_the_variance()
        => Assert.Equal(0.5, Of([1, -1, 1, -1], [1, -1, 2, -2]), 1e-6);

    [Fact]
    public void A_mean_that_the_outputs_share_is_no_variance()
        => Assert.Equal(0.5, Of([101, 99, 101, 99], [101, 99, 102, 98]), 1e-6);

    [Fact]
    public void Batches_add_up_to_the_whole()
    {
        var change = new OutputChange([[Tensor(1, -1)], [Tensor(3, -3)]]);
        Assert.Equal(Of([1, -1, 3, -3], [2, -1, 3, -5]), change.Of(0, [Tensor(2, -1)]) + change.Of(1, [Tensor(3, -5)]), 1e-12);
    }

    [Fact]
    public void Each_output_is_measured_by_its_own_variance()
    {
        var change = new OutputChange([[Tensor(1, -1), Tensor(100, -100)]]);
        Assert.Equal(1, change.Of(0, [Tensor(2, -1), Tensor(200, -100)]), 1e-12);
    }

    [Fact]
    public void Outputs_that_never_vary_are_measured_as_they_are()
        => Assert.Equal(2, Of([5, 5], [6, 4]), 1e-12);

    [Fact]
    public void Outputs_that_are_no_numbers_do_not_count()
        => Assert.Equal(0, new OutputChange([[new([], [])]]).Of(0, [new([], [])]));

    private static double Of(float[] dense, float[] changed) => new OutputChange([[Tensor(dense)]]).Of(0, [Tensor(changed)]);

    private static FloatTensor Tensor(params float[] values) => new(values, [values.Length]);
}
