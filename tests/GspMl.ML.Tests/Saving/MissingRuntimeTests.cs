using GspMl.ML.Saving;

namespace GspMl.ML.Tests.Saving;

public class MissingRuntimeTests
{
    [Fact]
    public void A_library_that_is_not_found_is_told_by_its_package()
    {
        var error = new TypeInitializationException("NativeMethods", new AggregateException(new DllNotFoundException("onnxruntime")));
        Assert.True(MissingRuntime.IsCauseOf(new InvalidOperationException("Error initializing model", error)));
        var told = MissingRuntime.Told("Saving", error);
        Assert.Contains("Microsoft.ML.OnnxRuntime", told.Message);
        Assert.Same(error, told.InnerException);
    }

    [Fact]
    public void Other_errors_are_left_alone()
    {
        Assert.False(MissingRuntime.IsCauseOf(new InvalidOperationException("other", new IOException("disk full"))));
        Assert.False(MissingRuntime.IsCauseOf(null));
    }
}
