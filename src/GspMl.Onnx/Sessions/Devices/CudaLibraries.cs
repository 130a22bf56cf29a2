namespace GspMl.Onnx.Sessions.Devices;

/// <summary>
/// The files that ONNX Runtime's CUDA execution provider wants beside itself, by the names that the system's loader looks for: of its
/// package Microsoft.ML.OnnxRuntime.Gpu from 1.30 on, which is built for CUDA 13 and cuDNN 9.
/// </summary>
internal sealed record CudaLibraries(string Driver, IReadOnlyList<string> Cuda, string Cudnn)
{
    public const int CudaMajor = 13;

    public const int CudnnMajor = 9;

    /// <summary>The first driver that knows CUDA 13.</summary>
    public const int LeastDriver = 580;

    /// <summary>The oldest GPUs that its kernels are compiled for: Turing.</summary>
    public static (int Major, int Minor) LeastCapability => (7, 5);

    private static readonly CudaLibraries Linux = new(
        "libcuda.so.1", ["libcublasLt.so.13", "libcublas.so.13", "libcudart.so.13", "libcurand.so.10"], "libcudnn.so.9");

    private static readonly CudaLibraries Windows = new(
        "nvcuda.dll", ["cublasLt64_13.dll", "cublas64_13.dll", "cudart64_13.dll", "curand64_10.dll"], "cudnn64_9.dll");

    public static CudaLibraries Of(bool windows) => windows ? Windows : Linux;
}
