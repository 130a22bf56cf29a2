using GspMl.Onnx.Sessions.Devices;

namespace GspMl.Onnx.Tests.Sessions.Devices;

public class CudaDeviceTests
{
    [Fact]
    public void Float32_is_not_rounded_to_TF32_and_the_number_is_passed_on()
        => Assert.Equal(new Dictionary<string, string> { ["device_id"] = "3", ["use_tf32"] = "0" }, new CudaDevice(3).ProviderOptions());

    [Fact]
    public void A_limit_of_memory_is_passed_on_in_bytes()
    {
        var options = new CudaDevice(0, 64 << 20).ProviderOptions();
        Assert.Equal(("67108864", "kSameAsRequested"), (options["gpu_mem_limit"], options["arena_extend_strategy"]));
    }

    [Fact]
    public void A_library_that_is_not_there_or_is_no_driver_answers_nothing()
    {
        Assert.Null(CudaDriver.Ask("no-such-library"));
        Assert.Null(CudaDriver.Ask(OperatingSystem.IsWindows() ? "kernel32.dll" : OperatingSystem.IsMacOS() ? "libSystem.dylib"
            : "libc.so.6"));
    }

    [Theory]
    [InlineData(12040, "12.4")]
    [InlineData(13010, "13.1")]
    public void The_drivers_version_reads_as_that_of_CUDA(int version, string text)
        => Assert.Equal(text, new CudaDriver(version, 0, []).VersionText);
}
