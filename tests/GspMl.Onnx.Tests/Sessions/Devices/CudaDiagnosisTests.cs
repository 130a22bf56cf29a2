using GspMl.Onnx.Sessions.Devices;

namespace GspMl.Onnx.Tests.Sessions.Devices;

/// <summary>Machines that lack this or that, each told what it lacks and what to do.</summary>
public class CudaDiagnosisTests
{
    private static readonly CudaGpu Hopper = new("NVIDIA H200", 9, 0);
    private static readonly CudaMachine Whole =
        new(IsWindows: false, HasProvider: true, CanLoad: _ => true, Driver: () => new(13000, 0, [Hopper]));

    [Fact]
    public void Without_the_package_the_package_is_named_and_the_tool_that_has_it()
    {
        var advice =
            Advice(Whole with
            {
                HasProvider = false,
                CanLoad = _ => throw new InvalidOperationException("asked in vain"),
                Driver = ()
            => throw new InvalidOperationException("asked in vain")
            });
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu in place of Microsoft.ML.OnnxRuntime", advice, StringComparison.Ordinal);
        Assert.Contains("gspml-cuda", advice, StringComparison.Ordinal);
        Assert.Contains("CUDA 13 and cuDNN 9", advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "libcublas.so.13", "LD_LIBRARY_PATH")]
    [InlineData(false, "libcublasLt.so.13", "nvidia-cublas")]
    [InlineData(false, "libcudart.so.13", "nvidia-cuda-runtime")]
    [InlineData(false, "libcurand.so.10", "nvidia-curand")]
    [InlineData(true, "cublas64_13.dll", "PATH")]
    [InlineData(true, "cudart64_13.dll", "CUDA 13 Toolkit")]
    public void A_library_of_CUDA_that_is_missing_is_named_with_what_brings_it(bool windows, string library, string remedy)
    {
        var advice = Advice(Whole with { IsWindows = windows, CanLoad = name => name != library });
        Assert.Contains($"CUDA 13 is not found ({library})", advice, StringComparison.Ordinal);
        Assert.Contains(remedy, advice, StringComparison.Ordinal);
        Assert.DoesNotContain("cuDNN", advice, StringComparison.Ordinal);
        Assert.DoesNotContain("driver", advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "libcudnn.so.9", "nvidia-cudnn-cu13")]
    [InlineData(true, "cudnn64_9.dll", "PATH")]
    public void So_is_cuDNN(bool windows, string library, string remedy)
    {
        var advice = Advice(Whole with { IsWindows = windows, CanLoad = name => name != library });
        Assert.Contains($"cuDNN 9 is not found ({library})", advice, StringComparison.Ordinal);
        Assert.Contains(remedy, advice, StringComparison.Ordinal);
        Assert.DoesNotContain("CUDA 13 is not found", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_missing_is_told_at_once()
    {
        var advice = Advice(Whole with { CanLoad = _ => false, Driver = () => null });
        Assert.Matches(@"no NVIDIA driver \(libcuda\.so\.1\).*580.*CUDA 13 is not found \(libcublasLt\.so\.13, libcublas\.so\.13, "
            + @"libcudart\.so\.13, libcurand\.so\.10\).*cuDNN 9 is not found", advice);
    }

    [Fact]
    public void A_driver_that_is_too_old_is_told_with_what_it_knows()
        => Assert.Contains("too old: it knows CUDA 12.4, and 13 is needed: install driver 580",
            Advice(Whole with { Driver = () => new(12040, 0, [Hopper]) }), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_driver_that_knows_no_gpu_is_no_missing_driver(int error)
    {
        var advice = Advice(Whole with { Driver = () => new(13010, error, []) });
        Assert.Contains("no NVIDIA GPU that the driver knows, or the variable CUDA_VISIBLE_DEVICES hides it", advice,
            StringComparison.Ordinal);
        Assert.DoesNotContain("install", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_that_does_not_start_is_told_with_its_error()
        => Assert.Contains("error 803 of cuInit", Advice(Whole with { Driver = () => new(13010, 803, []) }), StringComparison.Ordinal);

    [Fact]
    public void A_number_that_no_gpu_has_is_told_with_those_there_are()
    {
        Assert.Contains("There is no GPU 7; there is 0 (NVIDIA H200).", Advice(Whole, device: 7), StringComparison.Ordinal);
        var two = Whole with { Driver = () => new(13000, 0, [Hopper, new("Tesla T4", 7, 5)]) };
        Assert.Contains("There is no GPU 2; there are 0 (NVIDIA H200), 1 (Tesla T4).", Advice(two, device: 2), StringComparison.Ordinal);
        Assert.EndsWith("it failed", Advice(two, device: 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpu_without_kernels_is_too_old()
        => Assert.Contains("GPU 0 (Tesla P100) is too old: its compute capability is 6.0",
            Advice(Whole with { Driver = () => new(13000, 0, [new("Tesla P100", 6, 0)]) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("Available memory of 1024 is smaller than requested bytes of 4096")]
    [InlineData("CUDA failure 2: out of memory ; GPU=0")]
    [InlineData("BFCArena: Failed to allocate memory for requested buffer of size 4096")]
    public void Too_little_memory_is_told_from_what_the_runtime_says(string failure)
        => Assert.EndsWith($"The memory of GPU 0 does not suffice; smaller batches take less. {failure}",
            CudaDiagnosis.Of(Whole, 0, failure), StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_is_missing_the_runtime_has_the_word()
        => Assert.Equal("CUDA is not available. it failed", Advice(Whole));

    private static string Advice(CudaMachine machine, int device = 0) => CudaDiagnosis.Of(machine, device, "it failed");
}
