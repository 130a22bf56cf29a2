using System.Runtime.InteropServices;
using System.Text;

namespace GspMl.Onnx.Sessions.Devices;

/// <summary>A GPU that the driver knows.</summary>
/// <param name="Name">Its name, as the maker sells it.</param>
/// <param name="Major">Its compute capability: the generation.</param>
/// <param name="Minor">Its compute capability: the variant.</param>
internal sealed record CudaGpu(string Name, int Major, int Minor);

/// <summary>What the NVIDIA driver says of itself and its GPUs, asked through its own library (the CUDA Driver API).</summary>
/// <param name="Version">The newest CUDA that it knows: 13010 for 13.1.</param>
/// <param name="Error">What cuInit returned; 0 for success, 100 where there is no GPU.</param>
/// <param name="Gpus">The GPUs by their numbers.</param>
internal sealed record CudaDriver(int Version, int Error, IReadOnlyList<CudaGpu> Gpus)
{
    private const int NameLength = 256;
    private const int CapabilityMajor = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
    private const int CapabilityMinor = 76;

    public string VersionText => $"{Version / 1000}.{Version % 1000 / 10}";

    /// <summary>Null where there is no such library, or it is none of a driver.</summary>
    public static unsafe CudaDriver? Ask(string library)
    {
        if (!NativeLibrary.TryLoad(library, out var handle)) return null;
        // Never freed: a driver does not expect to be unloaded once it has been initialised.
        if (!NativeLibrary.TryGetExport(handle, "cuInit", out var init)
            || !NativeLibrary.TryGetExport(handle, "cuDriverGetVersion", out var getVersion)) return null;
        int version = 0, count = 0;
        _ = ((delegate* unmanaged<int*, int>)getVersion)(&version);
        var error = ((delegate* unmanaged<uint, int>)init)(0);
        if (error != 0) return new(version, error, []);
        if (NativeLibrary.TryGetExport(handle, "cuDeviceGetCount", out var getCount))
            error = ((delegate* unmanaged<int*, int>)getCount)(&count);
        return new(version, error, [.. Enumerable.Range(0, count).Select(number => Gpu(handle, number)).OfType<CudaGpu>()]);
    }

    private static unsafe CudaGpu? Gpu(nint handle, int number)
    {
        if (!NativeLibrary.TryGetExport(handle, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(handle, "cuDeviceGetName", out var getName)
            || !NativeLibrary.TryGetExport(handle, "cuDeviceGetAttribute", out var getAttribute)) return null;
        int device = 0, major = 0, minor = 0;
        if (((delegate* unmanaged<int*, int, int>)get)(&device, number) != 0) return null;
        var name = stackalloc byte[NameLength];
        _ = ((delegate* unmanaged<byte*, int, int, int>)getName)(name, NameLength, device);
        _ = ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&major, CapabilityMajor, device);
        _ = ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&minor, CapabilityMinor, device);
        return new(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)), major, minor);
    }
}
