@echo off
chcp 65001 >nul
set "PATH=C:\Windows;C:\50%% off"
set "HTTPS_PROXY=http://proxy:8080"
cd /d "C:\Users\jo & co"
"C:\Program Files\nodejs\node.exe" "C:\Users\jo & co\100%%\opencode-bridge.js" "start" "--port=4141" "--config=/home/jo/a b\c.json" >>"C:\Users\jo & co\daemon.log" 2>&1
exit /b %errorlevel%
